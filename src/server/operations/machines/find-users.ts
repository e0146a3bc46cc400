import 'server-only';
import type { FieldWidget } from '@/lib/field-meta';
import type { Transaction } from '@/server/db/database';
import type { PrismaClient } from '@/server/db/generated/client';
import { listDrivers } from '@/server/drivers/registry';
import { widgetOptions } from '@/server/drivers/widget-options';

/** Names at most five, then how many more. */
export const nameSome = (names: readonly string[]): string =>
  `${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;

interface Holder {
  readonly name: string;
  readonly driver: string;
  readonly options: unknown;
}

const holders = async (db: Transaction | PrismaClient, teamId: string): Promise<readonly Holder[]> => {
  const [machines, tombstones] = await Promise.all([
    db.machine.findMany({
      where: { teamId },
      orderBy: { name: 'asc' },
      select: { name: true, driver: true, options: true },
    }),
    db.tombstone.findMany({
      where: { teamId, state: { in: ['waiting', 'removing'] } },
      orderBy: { machineName: 'asc' },
      select: { machineName: true, driver: true, options: true },
    }),
  ]);
  return [...machines, ...tombstones.map(({ machineName, ...rest }) => ({ name: machineName, ...rest }))];
};

/**
 * The names of the machines whose options name a thing of the team, by the thing's id; machines that are removed, but of which
 * something is still to be taken back, are among them.
 */
export async function findUsers(
  db: Transaction | PrismaClient,
  teamId: string,
  widget: FieldWidget,
): Promise<Map<string, string[]>> {
  const fields = new Map(
    listDrivers().map(({ id, driver }) => [
      id,
      widgetOptions(driver).flatMap((option) => (option.widget === widget ? [option.name] : [])),
    ]),
  );
  const users = new Map<string, string[]>();
  for (const { name, driver, options } of await holders(db, teamId)) {
    for (const field of fields.get(driver) ?? []) {
      const id = (options as Record<string, unknown>)[field];
      if (typeof id === 'string') users.set(id, [...(users.get(id) ?? []), name]);
    }
  }
  return users;
}
