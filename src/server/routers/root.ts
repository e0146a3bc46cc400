import 'server-only';
import { createCallerFactory, router } from '@/server/trpc';

import { auditRouter } from './audit';
import { authoritiesRouter } from './authorities';
import { batchesRouter } from './batches';
import { certificatesRouter } from './certificates';
import { changesRouter } from './changes';
import { checksRouter } from './checks';
import { credentialsRouter } from './credentials';
import { driversRouter } from './drivers';
import { hypervisorsRouter } from './hypervisors';
import { imagesRouter } from './images';
import { invitationsRouter } from './invitations';
import { jobsRouter } from './jobs';
import { machinesRouter } from './machines';
import { notificationsRouter } from './notifications';
import { resourcesRouter } from './resources';
import { selfTestsRouter } from './self-tests';
import { sessionRouter } from './session';
import { setupRouter } from './setup';
import { sshKeysRouter } from './ssh-keys';
import { swarmsRouter } from './swarms';
import { systemRouter } from './system';
import { teamRouter } from './team';

/** Every area of the API, one line each. */
export const appRouter = router({
  authorities: authoritiesRouter,
  batches: batchesRouter,
  certificates: certificatesRouter,
  changes: changesRouter,
  checks: checksRouter,
  credentials: credentialsRouter,
  jobs: jobsRouter,
  drivers: driversRouter,
  machines: machinesRouter,
  audit: auditRouter,
  images: imagesRouter,
  hypervisors: hypervisorsRouter,
  invitations: invitationsRouter,
  notifications: notificationsRouter,
  team: teamRouter,
  resources: resourcesRouter,
  selfTests: selfTestsRouter,
  session: sessionRouter,
  setup: setupRouter,
  sshKeys: sshKeysRouter,
  swarms: swarmsRouter,
  system: systemRouter,
});

export type AppRouter = typeof appRouter;
export const createCaller = createCallerFactory(appRouter);
