import 'server-only';
import { paths } from '@/lib/paths';
import { makeOneTimeToken } from '@/server/auth/one-time-token';
import type { Runtime } from '@/server/runtime';

import { isSetupOpen, storeSetupToken } from './setup-state';

const validForMs = 24 * 60 * 60_000;

/**
 * The link under which the first admin sets the console up, for the start to print; null once there is an account. Every
 * call makes a new link, valid for 24 hours, and ends the one before: who lost it restarts the console.
 */
export async function ensureSetupLink({ database, env, clock }: Runtime): Promise<string | null> {
  if (!(await isSetupOpen(database.prisma))) return null;
  const token = makeOneTimeToken();
  await storeSetupToken(database.prisma, { token, expiresAt: new Date(clock.now().getTime() + validForMs) });
  return `${env.url}${paths.setUp({ token })}`;
}
