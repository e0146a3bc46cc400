import 'server-only';
import { catchUpEngines } from '@/server/admission/catch-up-engines';
import { lookAtMachine } from '@/server/operations/machines/look-at-machine';
import { renewDue } from '@/server/renewal/renew-due';
import type { Runtime } from '@/server/runtime';

const everyMs = 5000;
const lookAfterMs = 30_000;
/** A host that lags behind what is wanted is looked for more often: every moment counts when it comes back. */
const lookAfterPendingMs = 5000;
const atOnce = 8;
const renewEveryMs = 60_000;

/** Takes the machines that nobody has looked at for a while; of several replicas only one gets each of them. */
const takeDue = async (runtime: Runtime): Promise<{ id: string; teamId: string }[]> => {
  const now = runtime.clock.now();
  const before = (ms: number) => ({ lt: new Date(now.getTime() - ms) });
  const due = {
    OR: [
      { checkedAt: null },
      { checkedAt: before(lookAfterMs) },
      { pendingSince: { not: null }, enforcement: 'gate' as const, checkedAt: before(lookAfterPendingMs) },
    ],
  };
  const { machine } = runtime.database.prisma;
  const rows = await machine.findMany({
    where: { state: { in: ['running', 'degraded', 'unreachable'] }, ...due },
    orderBy: { checkedAt: { sort: 'asc', nulls: 'first' } },
    take: atOnce,
    select: { id: true, teamId: true },
  });
  const taken = await Promise.all(
    rows.map(async (row) => {
      const { count } = await machine.updateMany({ where: { id: row.id, ...due }, data: { checkedAt: now } });
      return count > 0 ? row : null;
    }),
  );
  return taken.filter((row) => row !== null);
};

/**
 * One round: looks at every machine that is due, a few at once, and starts what engines without a gate need. Failures
 * are logged and never end the monitor.
 */
export async function monitorRound(runtime: Runtime, signal: AbortSignal): Promise<void> {
  await catchUpEngines(runtime);
  const due = await takeDue(runtime);
  await Promise.all(
    due.map((machine) =>
      lookAtMachine(runtime, machine, signal).catch((err: unknown) => {
        if (!signal.aborted) runtime.log.warn({ err, machineId: machine.id }, 'a machine could not be looked at');
      }),
    ),
  );
}

/** Looks at the machines of all teams, and renews what is due, until `signal` aborts. */
export async function runMonitor(runtime: Runtime, signal: AbortSignal): Promise<void> {
  let renewedAtMs = 0;
  while (!signal.aborted) {
    try {
      await monitorRound(runtime, signal);
      const nowMs = runtime.clock.now().getTime();
      if (nowMs - renewedAtMs >= renewEveryMs) {
        renewedAtMs = nowMs;
        await renewDue(runtime, signal);
      }
      await runtime.clock.sleep(everyMs, signal);
    } catch (err) {
      if (signal.aborted) return;
      runtime.log.warn({ err }, 'a round of the monitor failed; the next one follows');
      // Allowed to fail: an abort during the pause ends the loop.
      await runtime.clock.sleep(everyMs, signal).catch(() => undefined);
    }
  }
}
