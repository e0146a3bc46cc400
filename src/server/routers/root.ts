import 'server-only';
import { createCallerFactory, router } from '@/server/trpc';

/** Every area of the API, one line each. */
export const appRouter = router({});

export type AppRouter = typeof appRouter;
export const createCaller = createCallerFactory(appRouter);
