import 'server-only';
import { version } from '@/lib/version';
import type { Runtime } from '@/server/runtime';

import { metrics } from './metrics';

const openStates = ['queued', 'running', 'waiting', 'cancelling'] as const;

/** For how many seconds the oldest queued job has been waiting; 0 when none is. */
export async function queueAge({ database, clock }: Pick<Runtime, 'database' | 'clock'>): Promise<number> {
  const oldest = await database.prisma.job.findFirst({
    where: { state: 'queued' },
    orderBy: { createdAt: 'asc' },
    select: { createdAt: true },
  });
  return oldest ? Math.max(0, clock.now().getTime() - oldest.createdAt.getTime()) / 1000 : 0;
}

/** The connections of this process to PostgreSQL; null with the embedded database, which has none. */
export function databasePool({ database: { backend } }: Pick<Runtime, 'database'>) {
  if (backend.kind !== 'postgres') return null;
  const { totalCount, idleCount, waitingCount } = backend.pool;
  return { open: totalCount, idle: idleCount, waiting: waitingCount };
}

/** Sets the gauges that are read rather than counted: jobs, queue, machines, database connections. */
export async function readState(runtime: Runtime): Promise<void> {
  const { jobs, machines, queueAge: age, databaseConnections, info } = metrics();
  const { prisma } = runtime.database;
  const [jobRows, machineRows, ageSeconds] = await Promise.all([
    prisma.job.groupBy({ by: ['kind', 'state'], where: { state: { in: [...openStates] } }, _count: true }),
    prisma.machine.groupBy({ by: ['state'], _count: true }),
    queueAge(runtime),
  ]);
  jobs.reset();
  for (const { kind, state, _count: count } of jobRows) jobs.set({ kind, state }, count);
  machines.reset();
  for (const { state, _count: count } of machineRows) machines.set({ state }, count);
  age.set(ageSeconds);
  for (const [state, count] of Object.entries(databasePool(runtime) ?? {})) databaseConnections.set({ state }, count);
  info.set({ version, role: runtime.env.role }, 1);
}
