import 'server-only';
import type { Transaction } from '@/server/db/database';
import { AppError } from '@/server/errors/app-error';
import type { Runtime } from '@/server/runtime';

import {
  type AuthorityPlace,
  type AuthorityRow,
  insertAuthority,
  lockAuthorities,
  makeAuthority,
  type NewAuthority,
  planOf,
} from './ensure-authority';

/** Makes the successor of a subject's CA without storing it. Slow for large keys: call it before a transaction opens. */
export async function makeNextGeneration(runtime: Runtime, place: AuthorityPlace): Promise<NewAuthority> {
  return makeAuthority(runtime, await planOf(runtime.database.prisma, place));
}

/**
 * Stores a successor beside the present CA, which stays. From here on ensureAuthority answers with the successor. Throws
 * input.invalid where the team has this very CA already.
 */
export async function storeNextGeneration(
  runtime: Runtime,
  tx: Transaction,
  input: AuthorityPlace & { readonly made: NewAuthority },
): Promise<AuthorityRow> {
  await lockAuthorities(tx, input);
  const { teamId, subject, made } = input;
  const same = await tx.authority.findFirst({
    where: { teamId, kind: subject.kind, fingerprint: made.fingerprintSha256 },
    select: { id: true },
  });
  if (same) {
    const sentence = 'The team has this CA already.';
    throw new AppError({ code: 'input.invalid', public: sentence, fieldErrors: { certificatePem: sentence } });
  }
  return insertAuthority(runtime, tx, input);
}

/** From now on nothing is signed by this CA and no engine trusts it; what it signed stays as history. Idempotent. */
export async function retireAuthority(
  runtime: Runtime,
  tx: Transaction,
  { teamId, id }: { readonly teamId: string; readonly id: string },
): Promise<void> {
  await tx.authority.updateMany({
    where: { id, teamId, retiredAt: null },
    data: { retiredAt: runtime.clock.now() },
  });
}
