import 'server-only';
import type { FieldWidget } from '@/lib/field-meta';
import type { Transaction } from '@/server/db/database';
import type { PrismaClient } from '@/server/db/generated/client';
import { listDrivers } from '@/server/drivers/registry';
import { widgetOptions } from '@/server/drivers/widget-options';
import { liveThings } from '@/server/operations/ledger/live-things';

/** Names at most five, then how many more. */
export const nameSome = (names: readonly string[]): string =>
  `${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;

type Db = Transaction | PrismaClient;

interface Holder {
  /** Null for a machine that is removed already. */
  readonly id: string | null;
  readonly name: string;
  readonly driver: string;
  readonly options: unknown;
}

const holders = async (db: Db, teamId: string): Promise<readonly Holder[]> => {
  const [machines, tombstones] = await Promise.all([
    db.machine.findMany({
      where: { teamId },
      orderBy: { name: 'asc' },
      select: { id: true, name: true, driver: true, options: true },
    }),
    db.tombstone.findMany({
      where: { teamId, state: { in: ['waiting', 'removing'] } },
      orderBy: { machineName: 'asc' },
      select: { machineName: true, driver: true, options: true },
    }),
  ]);
  return [...machines, ...tombstones.map(({ machineName, ...rest }) => ({ id: null, name: machineName, ...rest }))];
};

/**
 * Machines that nothing exists of: their creation failed, and the ledger knows of nothing at their provider. Where a driver keeps no
 * ledger nobody can tell, so none of its machines is among them.
 */
const findUnmade = async (db: Db, teamId: string): Promise<ReadonlySet<string>> => {
  const keepLedger = listDrivers().flatMap(({ id, driver }) => (driver.account ? [id] : []));
  const failed = await db.machine.findMany({
    where: { teamId, state: 'failed', driver: { in: keepLedger } },
    select: { id: true },
  });
  const ids = failed.map(({ id }) => id);
  const things = await db.resource.findMany({
    where: { teamId, machineId: { in: ids }, ...liveThings },
    distinct: ['machineId'],
    select: { machineId: true },
  });
  const made = new Set(things.map(({ machineId }) => machineId));
  return new Set(ids.filter((id) => !made.has(id)));
};

/**
 * Takes the machines whose creation failed until the transaction ends, so that none is tried again meanwhile: what a decision
 * about the readers of an image rests on.
 */
export const holdFailedMachines = async (tx: Transaction, teamId: string): Promise<void> => {
  await tx.$queryRaw`select 1 from "Machine" where "teamId" = ${teamId} and "state" = 'failed' order by "id" for update`;
};

async function usersBut(
  unmade: ReadonlySet<string>,
  db: Db,
  { teamId, widget }: { teamId: string; widget: FieldWidget },
): Promise<Map<string, string[]>> {
  const fields = new Map(
    listDrivers().map(({ id, driver }) => [
      id,
      widgetOptions(driver).flatMap((option) => (option.widget === widget ? [option.name] : [])),
    ]),
  );
  const users = new Map<string, string[]>();
  for (const { id: machineId, name, driver, options } of await holders(db, teamId)) {
    if (machineId !== null && unmade.has(machineId)) continue;
    for (const field of fields.get(driver) ?? []) {
      const id = (options as Record<string, unknown>)[field];
      if (typeof id === 'string') users.set(id, [...(users.get(id) ?? []), name]);
    }
  }
  return users;
}

/** As findUsers, without machines that nothing exists of. */
export const findMade = async (db: Db, teamId: string, widget: FieldWidget): Promise<Map<string, string[]>> =>
  usersBut(await findUnmade(db, teamId), db, { teamId, widget });

/**
 * The names of the machines whose options name a thing of the team, by the thing's id; machines that are removed, but of which
 * something is still to be taken back, are among them. An image has no users in machines that nothing exists of: only what
 * exists reads from it, whereas the other things are also needed to try again and to remove.
 */
export const findUsers = (db: Db, teamId: string, widget: FieldWidget): Promise<Map<string, string[]>> =>
  widget === 'image' ? findMade(db, teamId, widget) : usersBut(new Set(), db, { teamId, widget });
