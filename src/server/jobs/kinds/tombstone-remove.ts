import { z } from 'zod';

import { pauseAfterMs } from '@/lib/resource';
import { consoleActor } from '@/server/audit/actor';
import { recordAudit } from '@/server/audit/record-audit';
import { toAppError } from '@/server/errors/app-error';
import { defineJobKind, type JobKind, type Step } from '@/server/jobs/job-kind';
import { driverContextFor } from '@/server/operations/ledger/driver-context-for';
import { liveThings } from '@/server/operations/ledger/live-things';
import { openDriver } from '@/server/operations/ledger/open-driver';

import { removalTimeoutMs } from './machine-remove';

const minutes = 60_000;

const payload = z.strictObject({ tombstoneId: z.uuid() });

type TombstoneStep = Step<z.output<typeof payload>, object>;

const removeAtProvider: TombstoneStep = {
  name: 'remove-at-provider',
  timeoutMs: removalTimeoutMs,
  run: async (ctx) => {
    const { tombstone } = ctx.runtime.database.prisma;
    const { teamId, payload: wanted } = ctx.job;
    const where = { id: wanted.tombstoneId, teamId };
    const row = await tombstone.findFirst({ where, include: { team: { select: { slug: true } } } });
    if (!row || row.endedAt) {
      ctx.log.info('There is nothing to remove any more.');
      return;
    }
    try {
      const { driver, options, driverState } = await openDriver(ctx.runtime, row);
      ctx.log.info(`Driver ${driver.label}, try ${row.tries}.`);
      const machine = { ...row, id: row.machineId, name: row.machineName };
      await driver.remove(driverContextFor(ctx.runtime, machine, ctx), options, driverState);
    } catch (thrown) {
      await tombstone.updateMany({ where, data: { failure: toAppError(thrown).public } });
      throw thrown;
    }
  },
};

const close: TombstoneStep = {
  name: 'close-tombstone',
  timeoutMs: minutes,
  interruptible: false,
  run: async (ctx) => {
    const { teamId, payload: wanted } = ctx.job;
    const now = ctx.clock.now();
    const left = await ctx.runtime.database.prisma.$transaction(async (tx) => {
      const [closed] = await tx.tombstone.updateManyAndReturn({
        where: { id: wanted.tombstoneId, teamId, endedAt: null },
        data: { state: 'gone', endedAt: now, nextTryAt: null, failure: null },
        select: { machineId: true, machineName: true, optionSecretId: true, tries: true },
      });
      if (!closed) return null;
      const { machineId, machineName, optionSecretId, tries } = closed;
      if (optionSecretId) await ctx.runtime.secrets.remove(tx, { id: optionSecretId, teamId });
      // What the driver has left at the provider it has left in the ledger.
      const { count } = await tx.resource.updateMany({
        where: { teamId, machineId, ...liveThings },
        data: { unwantedAt: now, tombstoneId: null },
      });
      await recordAudit(tx, consoleActor(teamId), {
        action: 'tombstone.removed',
        target: { type: 'tombstone', id: wanted.tombstoneId, name: machineName },
        after: { machineId, tries, ...(count > 0 && { stillThere: count }) },
      });
      return count;
    });
    if (left === 0) ctx.log.info(`Nothing of ${ctx.job.subject} is left at the provider.`);
    else if (left !== null) ctx.log.info(`What was left of ${ctx.job.subject} stands on the Resources page.`);
  },
};

/** One try to remove what is left of a machine whose provider could not be reached when it was removed. */
export const tombstoneRemove: JobKind = defineJobKind<z.output<typeof payload>, object>({
  id: 'tombstone.remove',
  payload,
  steps: () => [removeAtProvider, close],
  onEnded: async ({ runtime, job }) => {
    const { tombstone } = runtime.database.prisma;
    const where = { id: job.payload.tombstoneId, teamId: job.teamId, state: 'removing' } as const;
    const row = await tombstone.findFirst({ where, select: { tries: true } });
    if (!row) return;
    const nextTryAt = new Date(runtime.clock.now().getTime() + pauseAfterMs(row.tries));
    await tombstone.updateMany({ where, data: { state: 'waiting', nextTryAt } });
  },
});
