import 'server-only';
import type { TeamContext } from '@/server/operations/team-context';

import { sshKeyNotFound } from './open-ssh-key';
import { sshKeySelect, type SshKeyRow } from './ssh-key-row';

/** The public half of one of the team's SSH keys. Throws ssh.key-not-found. */
export async function getSshKey({ db }: TeamContext, { id }: { id: string }): Promise<SshKeyRow> {
  const key = await db.sshKey.findFirst({ where: { id, machineId: null }, select: sshKeySelect });
  if (!key) throw sshKeyNotFound();
  return key;
}
