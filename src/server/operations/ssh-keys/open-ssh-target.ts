import 'server-only';
import type { SshAccess } from '@/server/drivers/driver';
import type { Runtime } from '@/server/runtime';
import type { SshTarget } from '@/server/ssh/connect';

import { openSshKey } from './open-ssh-key';

/** What connectSsh takes, with the team's key opened. Never logged. Throws ssh.key-not-found. */
export async function openSshTarget(runtime: Runtime, teamId: string, access: SshAccess): Promise<SshTarget> {
  const { keyId, sudoPassword, host, port, user } = access;
  const privateKey = await openSshKey(runtime, { teamId, id: keyId });
  return { host, port, user, privateKey, ...(sudoPassword !== undefined && { sudoPassword }) };
}
