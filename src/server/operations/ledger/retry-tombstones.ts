import 'server-only';
import { consoleActor } from '@/server/audit/actor';
import type { Runtime } from '@/server/runtime';

import { startTombstoneTry } from './start-tombstone-try';

const atOnce = 20;
/** A try takes a quarter of an hour at most; one that is older and has no job was lost. */
const lostAfterMs = 60 * 60_000;

const releaseLost = async ({ database, clock }: Runtime): Promise<void> => {
  const now = clock.now();
  const old = await database.prisma.tombstone.findMany({
    where: { state: 'removing', lastTryAt: { lte: new Date(now.getTime() - lostAfterMs) } },
    take: atOnce,
    select: { id: true },
  });
  for (const { id } of old) {
    const active = await database.prisma.job.count({
      where: {
        payload: { path: ['tombstoneId'], equals: id },
        state: { in: ['queued', 'running', 'waiting', 'cancelling'] },
      },
    });
    if (active > 0) continue;
    await database.prisma.tombstone.updateMany({
      where: { id, state: 'removing' },
      data: { state: 'waiting', nextTryAt: now },
    });
  }
};

/** Starts a try for every tombstone whose time has come. Any number of replicas may call it at any time. */
export async function retryTombstones(runtime: Runtime, signal: AbortSignal): Promise<void> {
  const { prisma } = runtime.database;
  await releaseLost(runtime);
  const due = await prisma.tombstone.findMany({
    where: { state: 'waiting', nextTryAt: { lte: runtime.clock.now() } },
    orderBy: { nextTryAt: 'asc' },
    take: atOnce,
    select: { id: true, teamId: true },
  });
  for (const { id, teamId } of due) {
    if (signal.aborted) return;
    const started = await prisma.$transaction((tx) =>
      startTombstoneTry(runtime, tx, { id, actor: consoleActor(teamId) }),
    );
    if (started) await runtime.bus.publish(`team:${teamId}`);
  }
}
