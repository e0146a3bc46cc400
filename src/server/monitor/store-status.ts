import 'server-only';
import { type MachineFacts, type MachineHealth, type MachineProblem, restingStates } from '@/lib/machine';
import type { Prisma } from '@/server/db/generated/client';
import { healthOf, problemOf } from '@/server/operations/machines/machine-summary';
import type { Runtime } from '@/server/runtime';

import { type Findings, hasTurned, sameHealth, type Status, statusOf } from './status';

interface Ref {
  readonly id: string;
  readonly teamId: string;
}

export const watchedStates = ['running', 'degraded', 'unreachable', ...restingStates] as const;

const sameFacts = (before: Partial<MachineFacts>, after: Partial<MachineFacts>) =>
  Object.entries(after).every(([name, value]) => before[name as keyof MachineFacts] === value);

/**
 * Writes down what a look has found where it is something new, and wakes open pages when a link, the state or the problem
 * has changed. A machine that is being created or removed keeps its state. Out: the status that it has now; null for one
 * that is gone or whose state is not the monitor's to change.
 */
export async function storeStatus(
  runtime: Runtime,
  ref: Ref,
  found: Findings & { readonly facts: Partial<MachineFacts> },
): Promise<Status | null> {
  const { prisma } = runtime.database;
  const row = await prisma.machine.findFirst({
    where: { id: ref.id, teamId: ref.teamId, state: { in: [...watchedStates] } },
    select: { health: true, facts: true, state: true, problem: true },
  });
  if (!row) return null;
  const before = { state: row.state, problem: problemOf(row.problem), health: healthOf(row.health) };
  const facts = (row.facts ?? {}) as Partial<MachineFacts>;
  const after = statusOf(before, found);
  const hasChanged =
    before.state !== after.state || before.problem !== after.problem || hasTurned(before.health, found.health);
  const isSame = !hasChanged && before.health && sameHealth(before.health, found.health);
  if (isSame && sameFacts(facts, found.facts)) return after;
  await write(runtime, ref, { ...found, ...after, facts: { ...facts, ...found.facts }, before: row.state, hasChanged });
  if (hasChanged) await runtime.bus.publish(`team:${ref.teamId}`);
  return after;
}

interface News extends Status {
  readonly health: MachineHealth;
  readonly facts: Partial<MachineFacts>;
  readonly before: Status['state'];
  readonly hasChanged: boolean;
}

// Not where somebody has changed the state meanwhile: a job that has just stopped the machine knows more.
const write = (runtime: Runtime, ref: Ref, { health, facts, state, problem, before, hasChanged }: News) => {
  const now = runtime.clock.now();
  return runtime.database.prisma.machine.updateMany({
    where: { id: ref.id, teamId: ref.teamId, state: before },
    data: {
      health: health as unknown as Prisma.InputJsonObject,
      facts,
      state,
      problem: problem satisfies MachineProblem | null,
      checkedAt: now,
      ...(health.engine.state === 'ok' && { lastSeenAt: now }),
      ...(hasChanged && { changedAt: now }),
    },
  });
};

/** Notes for many machines at once that they were looked at and found as before. */
export async function touchMachines(
  runtime: Runtime,
  { checked, seen }: { readonly checked: readonly string[]; readonly seen: readonly string[] },
): Promise<void> {
  if (checked.length === 0) return;
  const now = runtime.clock.now();
  const { prisma } = runtime.database;
  await prisma.machine.updateMany({ where: { id: { in: [...checked] } }, data: { checkedAt: now } });
  if (seen.length > 0) {
    await prisma.machine.updateMany({ where: { id: { in: [...seen] } }, data: { lastSeenAt: now } });
  }
}
