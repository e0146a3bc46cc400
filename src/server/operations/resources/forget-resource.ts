import 'server-only';
import { resourceCan } from '@/lib/resource';
import { recordAudit } from '@/server/audit/record-audit';
import type { TeamContext } from '@/server/operations/team-context';

import { assertNoJob, assertStanding, getResource, resourceWrongState, toldOf } from './resource-rows';

/**
 * Gives up a thing: it may stay at the provider, and the console no longer counts on it. Throws resource.not-found,
 * resource.wrong-state, job.machine-busy.
 */
export async function forgetResource(ctx: TeamContext, input: { id: string }): Promise<void> {
  const { runtime, actor, db } = ctx;
  await db.$transaction(async (tx) => {
    const row = await getResource(tx, input.id);
    assertStanding(row, resourceCan.forget, 'forgotten');
    if (row.tombstoneId !== null) {
      throw resourceWrongState(`${row.name} belongs to the tombstone of ${row.machineName}. Forget the tombstone.`);
    }
    await assertNoJob(tx, row);
    await tx.resource.updateMany({ where: { id: row.id }, data: { forgottenAt: runtime.clock.now() } });
    await recordAudit(tx, actor, {
      action: 'resource.forgotten',
      target: { type: 'resource', id: row.id, name: row.name },
      before: toldOf(row),
    });
  });
  await runtime.bus.publish(`team:${actor.teamId}`);
}
