import 'server-only';
import type { NamedThing } from '@/lib/resource';
import { recordAudit } from '@/server/audit/record-audit';
import { AppError } from '@/server/errors/app-error';
import { listLiveThings, liveThings, thingsAsJson } from '@/server/operations/ledger/live-things';
import type { TeamContext } from '@/server/operations/team-context';

import { getTombstone, tombstoneWrongState } from './tombstone-rows';

export interface ForgetTombstoneInput {
  readonly id: string;
  /** The machine's name, as the person typed it. */
  readonly confirm: string;
}

/**
 * Gives up what is left of a machine: it is not tried any more, and what the console knows to be left behind is kept with
 * the tombstone and told in the audit event. Throws tombstone.not-found, tombstone.wrong-state (also while a try runs),
 * input.invalid (field confirm).
 */
export async function forgetTombstone(
  ctx: TeamContext,
  input: ForgetTombstoneInput,
): Promise<{ leftBehind: readonly NamedThing[] }> {
  const { runtime, actor, db } = ctx;
  const { teamId } = actor;
  const leftBehind = await db.$transaction(async (tx) => {
    const row = await getTombstone(tx, input.id);
    if (input.confirm !== row.machineName) {
      const sentence = `Type ${row.machineName} to confirm.`;
      throw new AppError({ code: 'input.invalid', public: sentence, fieldErrors: { confirm: sentence } });
    }
    const now = runtime.clock.now();
    const { count } = await tx.tombstone.updateMany({
      where: { id: input.id, state: 'waiting' },
      data: { state: 'forgotten', endedAt: now, endedByName: actor.name, nextTryAt: null, optionSecretId: null },
    });
    if (count === 0) throw tombstoneWrongState();
    if (row.optionSecretId) await runtime.secrets.remove(tx, { id: row.optionSecretId, teamId });
    const left = await listLiveThings(tx, { teamId, machineId: row.machineId });
    await tx.tombstone.updateMany({ where: { id: input.id }, data: { leftBehind: thingsAsJson(left) } });
    await tx.resource.updateMany({
      where: { machineId: row.machineId, ...liveThings },
      data: { forgottenAt: now },
    });
    await recordAudit(tx, actor, {
      action: 'tombstone.forgotten',
      target: { type: 'tombstone', id: input.id, name: row.machineName },
      after: { driver: row.driver, leftBehind: thingsAsJson(left) },
    });
    return left;
  });
  await runtime.bus.publish(`team:${teamId}`);
  return { leftBehind };
}
