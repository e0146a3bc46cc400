import 'server-only';
import {
  healthLinks,
  type LinkHealth,
  type MachineFacts,
  type MachineHealth,
  type MachineProblem,
  machineProblems,
} from '@/lib/machine';
import type { Prisma } from '@/server/db/generated/client';

export const machineSummarySelect = {
  id: true,
  name: true,
  driver: true,
  address: true,
  enginePort: true,
  enforcement: true,
  pendingSince: true,
  state: true,
  problem: true,
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

/** A machine as its pages show it. Holds no secret. */
export interface MachineSummary extends Omit<Row, 'health' | 'facts' | 'labels' | 'problem'> {
  readonly problem: MachineProblem | null;
  readonly health: MachineHealth | null;
  readonly facts: MachineFacts | null;
  readonly labels: Readonly<Record<string, string>>;
}

const unknown: LinkHealth = { state: 'unknown', reason: null };

/** The chain from its column. A link that an earlier version did not know is unknown. Pure. */
export function healthOf(stored: Row['health']): MachineHealth | null {
  if (stored === null) return null;
  // Written by this console's own code only, with these types.
  const known = stored as unknown as Partial<MachineHealth>;
  const entries = healthLinks.map((link) => [link, known[link] ?? unknown]);
  return Object.fromEntries(entries) as MachineHealth;
}

/** The problem from its column. One that a later version stored is none here. Pure. */
export const problemOf = (stored: string | null): MachineProblem | null =>
  machineProblems.find((problem) => problem === stored) ?? null;

/** The JSON columns are written by this console's own code only, with these types. Pure. */
export const toSummary = (row: Row): MachineSummary => ({
  ...row,
  problem: problemOf(row.problem),
  health: healthOf(row.health),
  facts: row.facts as unknown as MachineFacts | null,
  labels: row.labels as Record<string, string>,
});
