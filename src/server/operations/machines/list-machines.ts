import 'server-only';
import type { MachineFacts, MachineHealth } from '@/lib/machine';
import type { Prisma } from '@/server/db/generated/client';
import type { TeamContext } from '@/server/operations/team-context';

export const machineSummarySelect = {
  id: true,
  name: true,
  driver: true,
  address: true,
  enginePort: true,
  enforcement: true,
  pendingSince: true,
  state: true,
  health: true,
  facts: true,
  labels: true,
  ownerId: true,
  createdAt: true,
  changedAt: true,
  lastSeenAt: true,
  checkedAt: true,
} satisfies Prisma.MachineSelect;

type Row = Prisma.MachineGetPayload<{ select: typeof machineSummarySelect }>;

/** A machine as lists and pages show it. Holds no secret. */
export interface MachineSummary extends Omit<Row, 'health' | 'facts' | 'labels'> {
  readonly health: MachineHealth | null;
  readonly facts: MachineFacts | null;
  readonly labels: Readonly<Record<string, string>>;
}

/** The JSON columns are written by this version's own code only, with these types. */
export const toSummary = (row: Row): MachineSummary => ({
  ...row,
  health: row.health as unknown as MachineHealth | null,
  facts: row.facts as unknown as MachineFacts | null,
  labels: row.labels as Record<string, string>,
});

/** The machines of the team by name. */
export async function listMachines(ctx: TeamContext): Promise<MachineSummary[]> {
  const rows = await ctx.db.machine.findMany({ orderBy: { name: 'asc' }, take: 1000, select: machineSummarySelect });
  return rows.map(toSummary);
}
