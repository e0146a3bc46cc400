import 'server-only';
import type { Transaction } from '@/server/db/database';
import { AppError } from '@/server/errors/app-error';
import { findMade, nameSome } from '@/server/operations/machines/find-users';
import type { TeamContext } from '@/server/operations/team-context';

import { askProvider, type ProviderAnswer } from './ask-provider';
import type { CredentialRow } from './credential-row';
import type { CredentialValues } from './credential-secrets';

interface ChangedCredential {
  readonly row: CredentialRow;
  readonly stored: CredentialValues;
  /** Where the new values differ from the stored ones. */
  readonly paths: readonly string[];
  /** Who the new values are. */
  readonly answer: ProviderAnswer;
}

/** What speaks against new values where machines exist: whether they are another account's, or nobody knows; and where they differ. */
interface AccountDoubt {
  readonly why: 'other' | 'unknown';
  readonly paths: readonly string[];
}

const accountIn = (identity: unknown): string | undefined => {
  const account = (identity as Readonly<Record<string, unknown>> | null)?.['account'];
  return typeof account === 'string' ? account : undefined;
};

/** Null where the values are of the same account as before. One that was never confirmed is asked for now. */
export async function doubtOf(
  ctx: TeamContext,
  { row, stored, paths, answer }: ChangedCredential,
): Promise<AccountDoubt | null> {
  const now = accountIn(answer.identity);
  if (now === undefined) return { why: 'unknown', paths };
  const before =
    accountIn(row.identity) ??
    accountIn((await askProvider(ctx, { driver: row.driver, values: { ...stored } })).identity);
  if (before === now) return null;
  return { why: before === undefined ? 'unknown' : 'other', paths };
}

const sentences = {
  other: (machines: string) =>
    `These values are of another account than ${machines}, which the console could then neither see nor remove. Enter values of the same account, or add another credential.`,
  unknown: (machines: string) =>
    `Nobody can tell whether these values are of the account that has ${machines}. Change them when the provider answers and accepts them, or add another credential.`,
};

/**
 * Throws credential.in-use, at the values that differ, where machines exist that another account would not have. Holds the
 * credential against a machine that is being created with it.
 */
export async function assertNobodyIsLost(
  tx: Transaction,
  { id, teamId }: Pick<CredentialRow, 'id' | 'teamId'>,
  doubt: AccountDoubt | null,
): Promise<void> {
  if (!doubt) return;
  await tx.$queryRaw`select 1 from "Credential" where "id" = ${id} and "teamId" = ${teamId} for update`;
  const machines = (await findMade(tx, teamId, 'credential')).get(id) ?? [];
  if (machines.length === 0) return;
  const sentence = sentences[doubt.why](nameSome(machines));
  throw new AppError({
    code: 'credential.in-use',
    public: sentence,
    fieldErrors: Object.fromEntries(doubt.paths.map((path) => [`values.${path}`, sentence])),
  });
}
