import 'server-only';
import type { TeamContext } from '@/server/operations/team-context';
import { generateSshKey } from '@/server/ssh/keys';

import type { SshKeyRow } from './ssh-key-row';
import { storeSshKey } from './store-ssh-key';

/** Makes an Ed25519 key whose private half never leaves the console. Throws ssh.key-name-taken. */
export async function generateTeamSshKey(ctx: TeamContext, { name }: { name: string }): Promise<SshKeyRow> {
  const comment = `quaymaster-${ctx.actor.teamSlug}-${name.replace(/[^A-Za-z0-9._-]+/g, '-')}`;
  const pair = await generateSshKey({ type: 'ed25519', comment });
  return storeSshKey(ctx, { name, pair, origin: 'generated' });
}
