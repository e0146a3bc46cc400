import 'server-only';
import type { Transaction } from '@/server/db/database';
import type { ProviderContext, ProviderThing } from '@/server/drivers/driver';
import { toAppError } from '@/server/errors/app-error';
import type { Runtime } from '@/server/runtime';

import { listAccounts, type ReachedAccount } from './accounts';
import { providerContextFor, silentLog } from './driver-context-for';
import { type LedgerRow, reconcile, type Reconciliation } from './reconcile';
import { within } from './within';

export interface ComparisonScope {
  readonly team: { readonly id: string; readonly slug: string };
  /** One machine only, or everything of the team. */
  readonly machineId: string | null;
  /** How long each account may take for its answer. */
  readonly timeoutMs: number;
  /** Ends the comparison. */
  readonly signal?: AbortSignal | undefined;
  /** A job that works on the machine and asks for this itself: its calls are over. */
  readonly exceptJobId?: string;
}

/** What a comparison came to. */
export interface Comparison {
  /** How many accounts were asked, and which of them did not answer. */
  readonly accounts: number;
  readonly failures: readonly { readonly driver: string; readonly reason: string }[];
  readonly confirmed: number;
  readonly present: number;
  readonly missing: number;
  readonly gone: number;
  readonly found: number;
}

interface Answer {
  readonly reached: ReachedAccount;
  readonly things: readonly ProviderThing[] | null;
  readonly failure: string | null;
}

const ask = async (
  reached: ReachedAccount,
  { machineId, timeoutMs, signal }: ComparisonScope,
  ctx: (driver: string, signal: AbortSignal) => ProviderContext,
): Promise<Answer> => {
  try {
    const things = await within(
      timeoutMs,
      (bounded) => reached.account.inventory(ctx(reached.driverId, bounded), reached.opened.options, machineId),
      { signal },
    );
    return { reached, things, failure: null };
  } catch (thrown) {
    signal?.throwIfAborted();
    // One account that does not answer leaves the others to be compared; its reason is told.
    return { reached, things: null, failure: toAppError(thrown).public };
  }
};

const rowSelect = {
  id: true,
  kind: true,
  name: true,
  driver: true,
  machineId: true,
  providerId: true,
  createdAt: true,
  unwantedAt: true,
  forgottenAt: true,
  wasFound: true,
} as const;

type Row = LedgerRow & { readonly driver: string };

/** Rows of machines that no account belongs to can be found anywhere, and are gone only where every account has answered. */
const comparable = (rows: readonly Row[], driver: string, answers: readonly Answer[]): readonly Row[] => {
  const things = answers.flatMap((answer) => answer.things ?? []);
  const isThere = (row: Row) => things.some((thing) => thing.providerId === row.providerId);
  const allAnswered = answers.every((answer) => answer.things !== null);
  return rows.filter((row) => {
    if (row.driver !== driver) return false;
    const own = answers.find(({ reached }) => row.machineId !== null && reached.machineIds.has(row.machineId));
    return own ? own.things !== null : allAnswered || isThere(row);
  });
};

const busyMachines = async (tx: Transaction, { team, machineId, exceptJobId }: ComparisonScope) => {
  const jobs = await tx.job.findMany({
    where: {
      teamId: team.id,
      machineId: machineId ?? { not: null },
      state: { in: ['queued', 'running', 'waiting', 'cancelling'] },
      ...(exceptJobId !== undefined && { id: { not: exceptJobId } }),
    },
    select: { machineId: true },
  });
  return new Set(jobs.map((job) => job.machineId));
};

const store = async (tx: Transaction, result: Reconciliation, now: Date): Promise<void> => {
  const mark = (ids: readonly string[], data: { wasFound: boolean; goneAt?: Date }) =>
    ids.length === 0
      ? Promise.resolve()
      : tx.resource.updateMany({ where: { id: { in: [...ids] } }, data: { ...data, comparedAt: now } });
  await mark(result.present, { wasFound: true });
  await mark([...result.missing, ...result.undecided], { wasFound: false });
  await mark(result.gone, { wasFound: false, goneAt: now });
  for (const { id, providerId } of result.confirmed) {
    await tx.resource.updateMany({
      where: { id, goneAt: null },
      data: { providerId, createdAt: now, comparedAt: now, wasFound: true },
    });
  }
};

const storeStrays = async (tx: Transaction, strays: readonly (ProviderThing & { driver: string })[], stamp: Stamp) => {
  const { teamId, now } = stamp;
  const ids = strays.flatMap(({ machineId }) => machineId ?? []);
  const machines = await tx.machine.findMany({ where: { teamId, id: { in: ids } }, select: { id: true, name: true } });
  const buried = await tx.tombstone.findMany({
    where: { teamId, machineId: { in: ids } },
    select: { machineId: true, machineName: true },
  });
  const names = new Map([
    ...buried.map(({ machineId, machineName }) => [machineId, machineName] as const),
    ...machines.map(({ id, name }) => [id, name] as const),
  ]);
  await tx.resource.createMany({
    data: strays.map(({ kind, name, driver, providerId, machineId }) => ({
      teamId,
      kind,
      name,
      driver,
      providerId,
      machineId,
      machineName: (machineId && names.get(machineId)) ?? '',
      intendedAt: now,
      comparedAt: now,
      wasFound: true,
    })),
  });
};

interface Stamp {
  readonly teamId: string;
  readonly now: Date;
}

const merge = async (tx: Transaction, answers: readonly Answer[], scope: ComparisonScope & { now: Date }) => {
  const { team, machineId, now } = scope;
  // Two comparisons at once would both write the same find.
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`ledger:${team.id}`}, 0))`;
  const busy = await busyMachines(tx, scope);
  const rows = await tx.resource.findMany({
    where: { teamId: team.id, goneAt: null, ...(machineId !== null && { machineId }) },
    select: rowSelect,
  });
  const results: Reconciliation[] = [];
  for (const driver of new Set(answers.map(({ reached }) => reached.driverId))) {
    const own = answers.filter(({ reached }) => reached.driverId === driver);
    const things = own.flatMap((answer) => answer.things ?? []);
    const result = reconcile(comparable(rows, driver, own), things, (id) => busy.has(id));
    await store(tx, result, now);
    await storeStrays(
      tx,
      result.strays.map((thing) => ({ ...thing, driver })),
      { teamId: team.id, now },
    );
    results.push(result);
  }
  return results;
};

/**
 * Asks each account what it has for the team, or for one machine, and stores in the ledger what that tells: what was asked
 * for is confirmed or taken out, what exists is found or missing, what is there and was not in the ledger gets a row.
 * Changes nothing at the provider. An account that does not answer is told of and leaves its rows as they are.
 */
export async function compareWithProvider(runtime: Runtime, scope: ComparisonScope): Promise<Comparison> {
  const { team, machineId } = scope;
  const all = await listAccounts(runtime, { teamId: team.id });
  const accounts = all.filter(({ machineIds }) => machineId === null || machineIds.has(machineId));
  const ctx = (driver: string, signal: AbortSignal) =>
    providerContextFor(runtime, { team, driver }, { signal, log: silentLog });
  const answers = await Promise.all(accounts.map((reached) => ask(reached, scope, ctx)));
  const now = runtime.clock.now();
  const results = await runtime.database.prisma.$transaction((tx) => merge(tx, answers, { ...scope, now }));
  await runtime.bus.publish(`team:${team.id}`);
  const count = (pick: (result: Reconciliation) => number) => results.reduce((sum, result) => sum + pick(result), 0);
  return {
    accounts: accounts.length,
    failures: answers.flatMap(({ reached, failure }) =>
      failure === null ? [] : [{ driver: reached.opened.driver.label, reason: failure }],
    ),
    confirmed: count(({ confirmed }) => confirmed.length),
    present: count(({ present }) => present.length),
    missing: count(({ missing }) => missing.length),
    gone: count(({ gone }) => gone.length),
    found: count(({ strays }) => strays.length),
  };
}
