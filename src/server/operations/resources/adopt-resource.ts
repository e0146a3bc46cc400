import 'server-only';
import { resourceCan } from '@/lib/resource';
import { recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';
import type { TeamContext } from '@/server/operations/team-context';

import { assertStanding, getResource, type ResourceRow, resourceWrongState, toldOf } from './resource-rows';

interface Adoption {
  readonly into: 'machine' | 'tombstone';
  readonly tombstoneId: string | null;
}

const findParent = async (tx: Transaction, { machineId, name }: ResourceRow): Promise<Adoption> => {
  if (machineId !== null) {
    if (await tx.machine.findFirst({ where: { id: machineId }, select: { id: true } })) {
      return { into: 'machine', tombstoneId: null };
    }
    const tombstone = await tx.tombstone.findFirst({ where: { machineId, endedAt: null }, select: { id: true } });
    if (tombstone) return { into: 'tombstone', tombstoneId: tombstone.id };
  }
  throw resourceWrongState(`The machine that ${name} was made for is not there any more. Remove it, or forget it.`);
};

/**
 * Takes a thing that was found at the provider into the ledger of the machine that it was made for: it goes with the machine
 * from now on; or of that machine's tombstone: it should be gone. Throws resource.not-found, resource.wrong-state.
 */
export async function adoptResource(ctx: TeamContext, input: { id: string }): Promise<void> {
  const { runtime, actor, db } = ctx;
  await db.$transaction(async (tx) => {
    const row = await getResource(tx, input.id);
    assertStanding(row, resourceCan.adopt, 'adopted');
    const { into, tombstoneId } = await findParent(tx, row);
    const now = runtime.clock.now();
    await tx.resource.updateMany({
      where: { id: row.id, createdAt: null },
      data: { createdAt: now, adopted: true, tombstoneId, unwantedAt: tombstoneId === null ? null : now },
    });
    await recordAudit(tx, actor, {
      action: 'resource.adopted',
      target: { type: 'resource', id: row.id, name: row.name },
      after: { ...toldOf(row), into },
    });
  });
  await runtime.bus.publish(`team:${actor.teamId}`);
}
