import 'server-only';
import { startTombstoneTry } from '@/server/operations/ledger/start-tombstone-try';
import type { TeamContext } from '@/server/operations/team-context';

import { getTombstone, tombstoneWrongState } from './tombstone-rows';

/** Tries now to remove what a tombstone stands for, instead of at its next time. Throws tombstone.not-found, tombstone.wrong-state. */
export async function tryTombstone(ctx: TeamContext, input: { id: string }): Promise<{ jobId: string }> {
  const { runtime, actor, db } = ctx;
  const job = await db.$transaction(async (tx) => {
    await getTombstone(tx, input.id);
    const started = await startTombstoneTry(runtime, tx, { id: input.id, actor });
    if (!started) throw tombstoneWrongState();
    return started;
  });
  await runtime.bus.publish(`team:${actor.teamId}`);
  return job;
}
