import 'server-only';
import { type ResourceStanding, resourceStandings, standingOf } from '@/lib/resource';
import type { Prisma } from '@/server/db/generated/client';
import { findDriver, labelOfDriver } from '@/server/drivers/registry';
import type { TeamContext } from '@/server/operations/team-context';

import { resourceSelect, whereStanding } from './resource-rows';

const pageSize = 100;

export interface ResourceView {
  readonly id: string;
  readonly machineId: string | null;
  /** Empty where nobody knows the machine. */
  readonly machineName: string;
  /** Whether a machine of this id is still in the team, so that its page can be opened. */
  readonly hasMachine: boolean;
  readonly driverLabel: string;
  readonly kind: string;
  readonly name: string;
  readonly providerId: string | null;
  readonly standing: ResourceStanding;
  /** Since when it stands so. */
  readonly since: Date;
  readonly comparedAt: Date | null;
  readonly wasFound: boolean | null;
  readonly adopted: boolean;
  readonly tombstoneId: string | null;
  /** Whether there is a machine or a tombstone whose ledger can take it. */
  readonly canBeAdopted: boolean;
}

export interface ResourcePage {
  readonly resources: readonly ResourceView[];
  readonly next: string | null;
  readonly counts: Readonly<Record<ResourceStanding, number>>;
  readonly comparedAt: Date | null;
  /** For one machine whose driver makes nothing outside: why, in a sentence. */
  readonly whyNothing: string | null;
}

const rowSelect = {
  ...resourceSelect,
  intendedAt: true,
  comparedAt: true,
  adopted: true,
} satisfies Prisma.ResourceSelect;

type Row = Prisma.ResourceGetPayload<{ select: typeof rowSelect }>;

const toView = (row: Row, owners: { machines: ReadonlySet<string>; buried: ReadonlySet<string> }): ResourceView => {
  const { driver, intendedAt, createdAt, unwantedAt, forgottenAt, ...shown } = row;
  const hasMachine = row.machineId !== null && owners.machines.has(row.machineId);
  return {
    ...shown,
    hasMachine,
    driverLabel: labelOfDriver(driver),
    standing: standingOf(row),
    since: forgottenAt ?? unwantedAt ?? createdAt ?? intendedAt,
    canBeAdopted: hasMachine || (row.machineId !== null && owners.buried.has(row.machineId)),
  };
};

const ownersOf = async ({ db }: TeamContext, rows: readonly Row[]) => {
  const ids = [...new Set(rows.flatMap(({ machineId }) => machineId ?? []))];
  const [machines, tombstones] = await Promise.all([
    db.machine.findMany({ where: { id: { in: ids } }, select: { id: true } }),
    db.tombstone.findMany({ where: { machineId: { in: ids }, endedAt: null }, select: { machineId: true } }),
  ]);
  return {
    machines: new Set(machines.map(({ id }) => id)),
    buried: new Set(tombstones.map(({ machineId }) => machineId)),
  };
};

const whyNothingOf = async ({ db }: TeamContext, machine: string | undefined): Promise<string | null> => {
  if (machine === undefined) return null;
  const row = await db.machine.findFirst({ where: { name: machine }, select: { driver: true } });
  return row ? (findDriver(row.driver)?.unsupported.account ?? null) : null;
};

/**
 * A page of what the team, or the machines of one name, have at their providers as far as the ledger tells, by machine;
 * with the count of each standing. Without `show` everything but what was forgotten.
 */
export async function listResources(
  ctx: TeamContext,
  input: { machine?: string | undefined; show?: ResourceStanding | undefined; cursor?: string | null | undefined },
): Promise<ResourcePage> {
  const { resource } = ctx.db;
  const scope = { goneAt: null, ...(input.machine !== undefined && { machineName: input.machine }) };
  const where = { ...scope, ...(input.show ? whereStanding[input.show] : { forgottenAt: null }) };
  const rows = await resource.findMany({
    where,
    orderBy: [{ machineName: 'asc' }, { id: 'asc' }],
    take: pageSize + 1,
    ...(input.cursor && { cursor: { id: input.cursor }, skip: 1 }),
    select: rowSelect,
  });
  const counts = await Promise.all(
    resourceStandings.map((standing) => resource.count({ where: { ...scope, ...whereStanding[standing] } })),
  );
  const compared = await resource.aggregate({ where: scope, _max: { comparedAt: true } });
  const shown = rows.slice(0, pageSize);
  const owners = await ownersOf(ctx, shown);
  return {
    resources: shown.map((row) => toView(row, owners)),
    next: rows.length > pageSize ? (shown.at(-1)?.id ?? null) : null,
    counts: Object.fromEntries(resourceStandings.map((standing, index) => [standing, counts[index] ?? 0])) as Record<
      ResourceStanding,
      number
    >,
    comparedAt: compared._max.comparedAt,
    whyNothing: await whyNothingOf(ctx, input.machine),
  };
}
