import 'server-only';
import { createCallerFactory, router } from '@/server/trpc';

import { jobsRouter } from './jobs';
import { sessionRouter } from './session';
import { setupRouter } from './setup';

/** Every area of the API, one line each. */
export const appRouter = router({
  jobs: jobsRouter,
  session: sessionRouter,
  setup: setupRouter,
});

export type AppRouter = typeof appRouter;
export const createCaller = createCallerFactory(appRouter);
