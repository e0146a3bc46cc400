import 'server-only';
import { createCallerFactory, router } from '@/server/trpc';

import { jobsRouter } from './jobs';
import { driversRouter } from './drivers';
import { machinesRouter } from './machines';
import { sessionRouter } from './session';
import { setupRouter } from './setup';
import { sshKeysRouter } from './ssh-keys';

/** Every area of the API, one line each. */
export const appRouter = router({
  jobs: jobsRouter,
  drivers: driversRouter,
  machines: machinesRouter,
  session: sessionRouter,
  setup: setupRouter,
  sshKeys: sshKeysRouter,
});

export type AppRouter = typeof appRouter;
export const createCaller = createCallerFactory(appRouter);
