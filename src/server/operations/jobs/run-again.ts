import 'server-only';
import { z } from 'zod';

import { jobCan } from '@/lib/job';
import { machineCan } from '@/lib/machine';
import type { QueuedAction } from '@/lib/machine-action';
import { recordAudit } from '@/server/audit/record-audit';
import { AppError } from '@/server/errors/app-error';
import { machineRenewCertificate } from '@/server/jobs/kinds/machine-renew-certificate';
import { startJob } from '@/server/jobs/start-job';
import { actOnMachine } from '@/server/operations/machines/act-on-machine';
import { assertState, getMachineByName } from '@/server/operations/machines/get-machine';
import { setEnforcement } from '@/server/operations/machines/set-enforcement';
import { startSelfTests } from '@/server/operations/self-tests/start-self-tests';
import type { TeamContext } from '@/server/operations/team-context';
import { assertMay } from '@/server/policies/may';

import { jobNotFound, wrongState } from './job-rows';
import { assertMaySteer } from './job-steering';

interface Again {
  readonly machine: string;
  /** What the former job was started with. */
  readonly payload: unknown;
}

/** Does what a member would do to begin such a job, with the same checks. */
type Begin = (ctx: TeamContext, again: Again) => Promise<string>;

const act =
  (action: QueuedAction): Begin =>
  async (ctx, { machine }) =>
    (await actOnMachine(ctx, { machine, action })).jobId;

const settingsOf = z.object({ settings: z.record(z.string(), z.unknown()) });
const versionOf = z.object({ version: z.string().nullable() });
const enforcementOf = z.object({ enforcement: z.enum(['gate', 'engine']) });

const renew: Begin = (ctx, { machine: name }) =>
  ctx.db.$transaction(async (tx) => {
    const machine = await getMachineByName(tx, name);
    assertState(machine, machineCan.restart, 'given another certificate');
    const { id } = await startJob(ctx.runtime, tx, {
      kind: machineRenewCertificate,
      actor: ctx.actor,
      machineId: machine.id,
      subject: machine.name,
      payload: { machineId: machine.id },
    });
    await recordAudit(tx, ctx.actor, {
      action: 'machine.renewal-started',
      target: { type: 'machine', id: machine.id, name: machine.name },
    });
    return id;
  });

/** How each kind of job is begun again. A kind that is not here is begun from the page of what it is about. */
const begins: ReadonlyMap<string, Begin> = new Map<string, Begin>([
  ['machine.start', act('start')],
  ['machine.stop', act('stop')],
  ['machine.restart', act('restart')],
  ['machine.kill', act('kill')],
  ['machine.pause', act('pause')],
  ['machine.save', act('save')],
  ['machine.provision', act('provision')],
  [
    'machine.apply-settings',
    async (ctx, { machine, payload }) =>
      (await actOnMachine(ctx, { machine, action: 'apply-settings', ...settingsOf.parse(payload) })).jobId,
  ],
  [
    'machine.upgrade',
    async (ctx, { machine, payload }) => {
      const { version } = versionOf.parse(payload);
      return (await actOnMachine(ctx, { machine, action: 'upgrade', ...(version !== null && { version }) })).jobId;
    },
  ],
  [
    'machine.enforce',
    async (ctx, { machine, payload }) =>
      (await setEnforcement(ctx, { machine, ...enforcementOf.parse(payload) })).jobId,
  ],
  ['machine.renew-certificate', renew],
  [
    'machine.self-test',
    async (ctx, { machine }) => {
      assertMay(ctx.actor, 'self-test.run');
      const [jobId] = (await startSelfTests(ctx, { machines: [machine] })).jobIds;
      if (jobId !== undefined) return jobId;
      throw new AppError({ code: 'job.machine-busy', public: `A self-test of ${machine} is under way already.` });
    },
  ],
]);

export const isRunnableAgain = (kind: string): boolean => begins.has(kind);

/**
 * Begins a new job of the same kind, and with the same choices, as one that has ended. Throws job.not-found,
 * job.wrong-state, auth.forbidden, and what beginning such a job throws.
 */
export async function runAgain(ctx: TeamContext, input: { job: string }): Promise<{ jobId: string }> {
  const job = await ctx.db.job.findUnique({
    where: { id: input.job },
    select: { kind: true, state: true, payload: true, machine: { select: { name: true, ownerId: true } } },
  });
  if (!job) throw jobNotFound();
  assertMaySteer(ctx.actor, job);
  if (!jobCan.runAgain(job.state)) throw wrongState(job.state, 'runAgain');
  const begin = begins.get(job.kind);
  if (!begin || !job.machine) {
    throw new AppError({
      code: 'job.wrong-state',
      public: 'Such a job cannot be run again from here. Begin it from the page of what it is about.',
    });
  }
  const jobId = await begin(ctx, { machine: job.machine.name, payload: job.payload });
  await ctx.runtime.bus.publish(`team:${ctx.actor.teamId}`);
  return { jobId };
}
