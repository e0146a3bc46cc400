import 'server-only';
import { consoleActor } from '@/server/audit/actor';
import { machineChangeAccess } from '@/server/jobs/kinds/machine-change-access';
import { startJob } from '@/server/jobs/start-job';
import type { Runtime } from '@/server/runtime';

/** After a job that failed, so that a host on which it cannot work is not restarted again and again. */
const retryAfterMs = 10 * 60_000;
const startedAtOnceMax = 20;

/**
 * Starts the job that an engine without a gate needs where it lags behind: the one that was started with the change failed,
 * or the host was away. Machines that another job works on, or that do not answer, wait for the next round.
 */
export async function catchUpEngines(runtime: Runtime): Promise<void> {
  const { prisma } = runtime.database;
  const now = runtime.clock.now();
  const machines = await prisma.machine.findMany({
    where: {
      enforcement: 'engine',
      state: 'running',
      pendingSince: { not: null },
      jobs: {
        none: {
          OR: [
            { state: { in: ['queued', 'running', 'waiting', 'cancelling'] } },
            { kind: machineChangeAccess.id, finishedAt: { gt: new Date(now.getTime() - retryAfterMs) } },
          ],
        },
      },
    },
    orderBy: { pendingSince: 'asc' },
    take: startedAtOnceMax,
    select: { id: true, teamId: true, name: true, wantedVersion: true, confirmedVersion: true },
  });
  for (const machine of machines.filter((row) => row.wantedVersion > row.confirmedVersion)) {
    await prisma.$transaction((tx) =>
      startJob(runtime, tx, {
        kind: machineChangeAccess,
        actor: consoleActor(machine.teamId),
        machineId: machine.id,
        subject: machine.name,
        payload: { machineId: machine.id },
      }),
    );
    await runtime.bus.publish(`team:${machine.teamId}`);
  }
}
