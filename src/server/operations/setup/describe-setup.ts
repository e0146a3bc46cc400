import 'server-only';
import type { RequestContext } from '@/server/operations/team-context';

import { isSetupOpen, isSetupTokenValid } from './setup-state';

/** `done` once there is an account; else whether the link at hand opens the set-up. */
export type SetupState = 'done' | 'link-missing' | 'link-invalid' | 'ready';

export async function describeSetup(
  { runtime }: Pick<RequestContext, 'runtime'>,
  { token }: { token?: string | undefined },
): Promise<SetupState> {
  const { prisma } = runtime.database;
  if (!(await isSetupOpen(prisma))) return 'done';
  if (token === undefined) return 'link-missing';
  return (await isSetupTokenValid(prisma, { token, now: runtime.clock.now() })) ? 'ready' : 'link-invalid';
}
