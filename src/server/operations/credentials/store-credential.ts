import 'server-only';
import type { OptionSchema } from '@/lib/option-schema';
import { recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';
import { Prisma } from '@/server/db/generated/client';
import { getAvailableDriver } from '@/server/drivers/registry';
import { AppError } from '@/server/errors/app-error';
import { parseSettings } from '@/server/operations/drivers/parse-settings';
import type { TeamContext } from '@/server/operations/team-context';

import { askProvider, type ProviderAnswer } from './ask-provider';
import { credentialOf, credentialSelect, openValues } from './credential-row';
import {
  changedPaths,
  type CredentialValues,
  destinationsOf,
  joinCredential,
  keepSecrets,
  secretPaths,
  splitCredential,
} from './credential-secrets';
import { credentialNotFound } from './open-credential';
import { assertNobodyIsLost, doubtOf } from './same-account';

interface EnteredCredential {
  readonly name: string;
  readonly values: CredentialValues;
  /** Keeps values that the provider did not accept, or could not be asked about. */
  readonly isUnchecked: boolean;
}

interface ReadyCredential {
  readonly name: string;
  readonly open: Prisma.InputJsonObject;
  readonly secret: Record<string, unknown>;
  readonly answer: ProviderAnswer;
}

const parse = (driver: string, values: CredentialValues): Record<string, unknown> => {
  const { value, fieldErrors } = parseSettings(credentialOf(driver).schema, values, 'values');
  if (value !== undefined) return value;
  throw new AppError({
    code: 'input.invalid',
    public: 'Some fields are not right. Each one says what it needs.',
    fieldErrors,
  });
};

const prepare = async (
  ctx: TeamContext,
  driver: string,
  { name, values, isUnchecked }: EnteredCredential,
): Promise<ReadyCredential> => {
  const parsed = parse(driver, values);
  const answer = await askProvider(ctx, { driver, values: parsed });
  if (answer.error && (!isUnchecked || answer.error.code === 'internal.invariant')) throw answer.error;
  const { open, secret } = splitCredential(credentialOf(driver).described, parsed);
  return { name, answer, open: open as Prisma.InputJsonObject, secret };
};

const seal = async ({ runtime, actor }: TeamContext, tx: Transaction, secret: Record<string, unknown>) =>
  Object.keys(secret).length === 0
    ? null
    : runtime.secrets.put(tx, { teamId: actor.teamId, purpose: 'credential', value: JSON.stringify(secret) });

const columns = ({ runtime }: TeamContext, { name, open, answer }: ReadyCredential) => {
  const now = runtime.clock.now();
  return {
    name,
    settings: open,
    identity: answer.identity ?? Prisma.DbNull,
    failure: answer.error?.public ?? null,
    checkedAt: now,
    changedAt: now,
  };
};

const naming = async <T>(name: string, write: Promise<T>): Promise<T> => {
  try {
    return await write;
  } catch (error) {
    if (!(error instanceof Prisma.PrismaClientKnownRequestError) || error.code !== 'P2002') throw error;
    const sentence = `The team has a credential called "${name}" already. Choose another name.`;
    throw new AppError({
      code: 'credential.name-taken',
      public: sentence,
      fieldErrors: { name: sentence },
      cause: error,
    });
  }
};

/**
 * Asks the provider about a new credential, then seals and stores it. Throws driver.unknown, input.invalid with every problem
 * at its field ("values.region"), credential.name-taken; unless `isUnchecked`, what the provider says against it.
 */
export async function createCredential(ctx: TeamContext, input: EnteredCredential & { readonly driver: string }) {
  const { actor, db, runtime } = ctx;
  const { id: driver } = getAvailableDriver(input.driver, runtime.env.development);
  const ready = await prepare(ctx, driver, input);
  const { teamId } = actor;
  const write = db.$transaction(async (tx) => {
    const secretId = await seal(ctx, tx, ready.secret);
    const credential = await tx.credential.create({
      data: { teamId, driver, ...columns(ctx, ready), secretId, createdAt: runtime.clock.now() },
      select: { id: true },
    });
    await recordAudit(tx, actor, {
      action: 'credential.created',
      target: { type: 'credential', id: credential.id, name: ready.name },
      after: { driver, values: ready.open, identity: ready.answer.identity },
    });
    return credential;
  });
  return naming(ready.name, write);
}

const secretPathsOf = (schema: OptionSchema, values: CredentialValues) =>
  secretPaths(splitCredential(schema, values).secret);

/** Throws input.invalid where a stored secret would go to another address than the one that it was entered for. */
const assertSecretsStay = (
  schema: OptionSchema,
  { entered, kept, stored }: Record<'entered' | 'kept' | 'stored', CredentialValues>,
) => {
  const known = secretPathsOf(schema, entered);
  const filledIn = secretPathsOf(schema, kept).filter((path) => !known.includes(path));
  if (filledIn.length === 0 || destinationsOf(schema, kept) === destinationsOf(schema, stored)) return;
  const sentence = 'Enter this again: the address that it is sent to has changed.';
  throw new AppError({
    code: 'input.invalid',
    public: 'The address has changed. Enter the secrets again, so that nobody can have them sent elsewhere.',
    fieldErrors: Object.fromEntries(filledIn.map((path) => [`values.${path}`, sentence])),
  });
};

/**
 * Asks the provider about the new values, then replaces those of a credential; secrets that are left empty stay, unless the
 * address that they are sent to changes. Machines use the new values from their next call on; where there are any, the account
 * has to be the same. Throws credential.not-found, credential.in-use, and what createCredential throws.
 */
export async function updateCredential(ctx: TeamContext, input: EnteredCredential & { readonly id: string }) {
  const { actor, db, runtime } = ctx;
  const row = await db.credential.findFirst({ where: { id: input.id }, select: credentialSelect });
  if (!row) throw credentialNotFound();
  const stored = await openValues(runtime, row);
  const { described } = credentialOf(row.driver);
  const values = keepSecrets(described, input.values, stored);
  assertSecretsStay(described, { entered: input.values, kept: values, stored });
  const ready = await prepare(ctx, row.driver, { ...input, values });
  const parsed = joinCredential(ready.open as CredentialValues, ready.secret);
  const paths = changedPaths(stored, parsed);
  const doubt = paths.length === 0 ? null : await doubtOf(ctx, { row, stored, paths, answer: ready.answer });
  const { identity, ...rest } = columns(ctx, ready);
  const write = db.$transaction(async (tx) => {
    await assertNobodyIsLost(tx, row, doubt);
    const secretId = await seal(ctx, tx, ready.secret);
    const { count } = await tx.credential.updateMany({
      where: { id: row.id, secretId: row.secretId },
      // Whoever the values were they still are.
      data: { ...rest, ...(paths.length > 0 || ready.answer.identity ? { identity } : {}), secretId },
    });
    if (count === 0) throw credentialNotFound();
    if (row.secretId) await runtime.secrets.remove(tx, { id: row.secretId, teamId: actor.teamId });
    await recordAudit(tx, actor, {
      action: 'credential.changed',
      target: { type: 'credential', id: row.id, name: ready.name },
      before: { name: row.name, values: row.settings as Prisma.InputJsonObject },
      after: { name: ready.name, values: ready.open, identity: ready.answer.identity },
    });
  });
  return naming(ready.name, write);
}
