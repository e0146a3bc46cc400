import 'server-only';
import type { TeamContext } from '@/server/operations/team-context';

import { findKeyUsers } from './find-key-users';
import { sshKeySelect, type SshKeyRow } from './ssh-key-row';

export interface ListedSshKey extends SshKeyRow {
  /** Names of the machines that are reached with it. */
  readonly machines: readonly string[];
}

/** The team's SSH keys by name, with the machines that use each. */
export async function listSshKeys({ db, actor }: TeamContext): Promise<readonly ListedSshKey[]> {
  const [keys, users] = await Promise.all([
    db.sshKey.findMany({ where: { machineId: null }, orderBy: { name: 'asc' }, select: sshKeySelect }),
    findKeyUsers(db, actor.teamId),
  ]);
  return keys.map((key) => ({ ...key, machines: users.get(key.id) ?? [] }));
}
