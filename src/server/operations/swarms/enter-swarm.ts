import 'server-only';
import { machineCan } from '@/lib/machine';
import type { SwarmChoice } from '@/lib/swarm';
import { recordAudit } from '@/server/audit/record-audit';
import type { Prisma } from '@/server/db/generated/client';
import { getDriver } from '@/server/drivers/registry';
import { AppError } from '@/server/errors/app-error';
import type { JobKind } from '@/server/jobs/job-kind';
import { machineEnterSwarm, machineLeaveSwarm } from '@/server/jobs/kinds/machine-swarm';
import { isLastManager } from '@/server/jobs/kinds/swarm-membership';
import { startJob } from '@/server/jobs/start-job';
import { assertState, getMachineByName } from '@/server/operations/machines/get-machine';
import { loadMachine } from '@/server/operations/machines/load-machine';
import type { TeamContext } from '@/server/operations/team-context';

import { assertMayEnter } from './assert-may-enter';
import { assertReachesOthers } from './assert-reaches-others';
import { inTime } from './in-time';

const membershipOf = async (ctx: TeamContext, machineId: string) => {
  const row = await ctx.db.machine.findFirst({
    where: { id: machineId },
    select: { swarmRole: true, swarm: { select: { id: true, name: true } } },
  });
  return { role: row?.swarmRole ?? null, swarm: row?.swarm ?? null };
};

type AuditedAs = Omit<Parameters<typeof recordAudit>[2], 'target'>;

/** Starts a job of the swarm on a machine, with what the audit log says of it. */
async function startOn(
  ctx: TeamContext,
  machine: { readonly id: string; readonly name: string },
  { kind, payload, audit }: { kind: JobKind; payload: Prisma.InputJsonObject; audit: AuditedAs },
): Promise<{ jobId: string }> {
  const { id, name } = machine;
  const job = await ctx.db.$transaction(async (tx) => {
    await recordAudit(tx, ctx.actor, { ...audit, target: { type: 'machine', id, name } });
    return startJob(ctx.runtime, tx, {
      kind,
      actor: ctx.actor,
      machineId: id,
      subject: name,
      payload: { machineId: id, ...payload },
    });
  });
  await ctx.runtime.bus.publish(`team:${ctx.actor.teamId}`);
  return { jobId: job.id };
}

/**
 * Starts the job that makes a machine the first manager of a swarm, or a node of another's. Throws machine.not-found,
 * machine.wrong-state, and what assertMayEnter and assertReachesOthers throw.
 */
export async function enterSwarm(
  ctx: TeamContext,
  input: { machine: string; swarm: SwarmChoice },
): Promise<{ jobId: string }> {
  const machine = await ctx.db.$transaction((tx) => getMachineByName(tx, input.machine));
  await assertMayEnter(ctx, input.swarm, getDriver(machine.driver));
  assertState(machine, machineCan.swarm, 'taken into a swarm');
  const { swarm } = await membershipOf(ctx, machine.id);
  if (swarm) {
    throw new AppError({
      code: 'swarm.refused',
      public: `${machine.name} is in the swarm ${swarm.name}. It has to leave that one first.`,
    });
  }
  const { driver, options } = await loadMachine(ctx.runtime, { id: machine.id, teamId: ctx.actor.teamId });
  assertReachesOthers({ driver, options, madeAs: machine.name });
  return startOn(ctx, machine, {
    kind: machineEnterSwarm,
    payload: { swarm: input.swarm },
    audit: { action: 'swarm.enter-started', after: { ...input.swarm } },
  });
}

/** More than isLastManager waits for the engine. */
const wait = { timeoutMs: 20_000, hint: 'Try again when its engine answers.' };

/**
 * Starts the job that takes a machine out of its swarm. The last manager ends the swarm, which `confirm` (the name of the
 * swarm) has to say. Throws machine.not-found, machine.wrong-state, swarm.not-found, input.invalid (field confirm).
 */
export async function leaveSwarm(
  ctx: TeamContext,
  input: { machine: string; confirm?: string | undefined },
): Promise<{ jobId: string }> {
  const machine = await ctx.db.$transaction((tx) => getMachineByName(tx, input.machine));
  assertState(machine, machineCan.swarm, 'taken out of its swarm');
  const { role, swarm } = await membershipOf(ctx, machine.id);
  if (!swarm) throw new AppError({ code: 'swarm.not-found', public: `${machine.name} is in no swarm.` });
  const membership = { swarmId: swarm.id, isManager: role === 'manager' };
  const place = { machine: { id: machine.id, teamId: ctx.actor.teamId }, membership };
  const isLast = await inTime(wait, (signal) => isLastManager(ctx.runtime, place, signal));
  if (isLast && input.confirm !== swarm.name) {
    const sentence = `${machine.name} is the last manager: without it ${swarm.name} ends. Type ${swarm.name} to confirm.`;
    throw new AppError({ code: 'input.invalid', public: sentence, fieldErrors: { confirm: sentence } });
  }
  return startOn(ctx, machine, {
    kind: machineLeaveSwarm,
    payload: { isForced: isLast },
    audit: { action: 'swarm.leave-started', before: { swarm: swarm.name, role } },
  });
}
