import 'server-only';
import type { TeamContext } from '@/server/operations/team-context';
import { parsePrivateKey } from '@/server/ssh/keys';

import type { SshKeyRow } from './ssh-key-row';
import { storeSshKey } from './store-ssh-key';

export interface CreateSshKeyInput {
  readonly name: string;
  /** A private key as text, in a format that parsePrivateKey reads. */
  readonly privateKey: string;
  /** Opens the key now; it is not kept, and the key is sealed without it. */
  readonly passphrase?: string | undefined;
}

/** Keeps a private key that a member has. Throws ssh.key-invalid (at `privateKey` or `passphrase`), ssh.key-name-taken. */
export async function createSshKey(ctx: TeamContext, input: CreateSshKeyInput): Promise<SshKeyRow> {
  const pair = await parsePrivateKey(input.privateKey, input.passphrase);
  return storeSshKey(ctx, { name: input.name, pair, origin: 'imported' });
}
