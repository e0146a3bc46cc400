import 'server-only';
import type { TeamContext } from '@/server/operations/team-context';

import { findKeyUsers, type KeyUsers } from './find-key-users';
import { sshKeySelect, type SshKeyRow } from './ssh-key-row';

/** With the names of what is reached with it. */
export type ListedSshKey = SshKeyRow & KeyUsers;

/** The team's SSH keys by name, with what uses each. */
export async function listSshKeys({ db, actor }: TeamContext): Promise<readonly ListedSshKey[]> {
  const [keys, users] = await Promise.all([
    db.sshKey.findMany({ where: { machineId: null }, orderBy: { name: 'asc' }, select: sshKeySelect }),
    findKeyUsers(db, actor.teamId),
  ]);
  return keys.map((key) => ({ ...key, ...users(key.id) }));
}
