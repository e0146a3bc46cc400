import 'server-only';
import { listDrivers } from '@/server/drivers/registry';
import type { Runtime } from '@/server/runtime';

import { openDriver, type OpenedDriver, type StoredDriver } from './open-driver';

/** An account at a provider, as the options of some of the team's machines and tombstones reach it. */
export interface ReachedAccount {
  readonly driverId: string;
  readonly opened: OpenedDriver;
  readonly account: NonNullable<OpenedDriver['driver']['account']>;
  /** Whose things are in it. */
  readonly machineIds: ReadonlySet<string>;
}

const withAccount = (): readonly string[] =>
  listDrivers()
    .filter(({ driver }) => driver.account !== undefined)
    .map(({ id }) => id);

const stored = { teamId: true, driver: true, options: true, optionSecretId: true, driverState: true } as const;

type Owner = StoredDriver & { readonly machineId: string };

const listOwners = async ({ database }: Runtime, where: { teamId: string; driver: string | undefined }) => {
  const { machine, tombstone } = database.prisma;
  const driver = { in: withAccount().filter((id) => where.driver === undefined || id === where.driver) };
  const machines = await machine.findMany({ where: { teamId: where.teamId, driver }, select: { id: true, ...stored } });
  const tombstones = await tombstone.findMany({
    where: { teamId: where.teamId, driver, endedAt: null },
    select: { machineId: true, ...stored },
  });
  return [...machines.map(({ id, ...rest }): Owner => ({ ...rest, machineId: id })), ...tombstones];
};

/**
 * The accounts that a team's machines and tombstones reach, each once; with `driver` only those of one driver. Drivers that
 * make nothing outside have none. Throws secrets.unreadable.
 */
export async function listAccounts(
  runtime: Runtime,
  where: { teamId: string; driver?: string | undefined },
): Promise<readonly ReachedAccount[]> {
  const accounts = new Map<string, ReachedAccount & { readonly machineIds: Set<string> }>();
  for (const owner of await listOwners(runtime, { teamId: where.teamId, driver: where.driver })) {
    const opened = await openDriver(runtime, owner);
    const { account } = opened.driver;
    if (!account) continue;
    const key = `${owner.driver} ${account.key(opened.options)}`;
    const known = accounts.get(key);
    if (known) known.machineIds.add(owner.machineId);
    else accounts.set(key, { driverId: owner.driver, opened, account, machineIds: new Set([owner.machineId]) });
  }
  return [...accounts.values()];
}
