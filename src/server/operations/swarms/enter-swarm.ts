import 'server-only';
import { machineCan } from '@/lib/machine';
import type { SwarmChoice } from '@/lib/swarm';
import { recordAudit } from '@/server/audit/record-audit';
import { getDriver } from '@/server/drivers/registry';
import { AppError } from '@/server/errors/app-error';
import { machineEnterSwarm, machineLeaveSwarm } from '@/server/jobs/kinds/machine-swarm';
import { startJob } from '@/server/jobs/start-job';
import { assertState, getMachineByName } from '@/server/operations/machines/get-machine';
import type { TeamContext } from '@/server/operations/team-context';

import { assertMayEnter } from './assert-may-enter';

const membershipOf = async (ctx: TeamContext, machineId: string) => {
  const row = await ctx.db.machine.findFirst({
    where: { id: machineId },
    select: { swarmRole: true, swarm: { select: { id: true, name: true } } },
  });
  return { role: row?.swarmRole ?? null, swarm: row?.swarm ?? null };
};

/**
 * Starts the job that makes a machine the first manager of a swarm, or a node of another's. Throws machine.not-found,
 * machine.wrong-state, and what assertMayEnter throws.
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
  const { id } = await ctx.db.$transaction(async (tx) => {
    const job = await startJob(ctx.runtime, tx, {
      kind: machineEnterSwarm,
      actor: ctx.actor,
      machineId: machine.id,
      subject: machine.name,
      payload: { machineId: machine.id, swarm: input.swarm },
    });
    await recordAudit(tx, ctx.actor, {
      action: 'swarm.enter-started',
      target: { type: 'machine', id: machine.id, name: machine.name },
      after: { ...input.swarm },
    });
    return job;
  });
  await ctx.runtime.bus.publish(`team:${ctx.actor.teamId}`);
  return { jobId: id };
}

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
  const isLast =
    role === 'manager' &&
    (await ctx.db.machine.count({
      where: { swarmId: swarm.id, swarmRole: 'manager', id: { not: machine.id } },
    })) === 0;
  if (isLast && input.confirm !== swarm.name) {
    const sentence = `${machine.name} is the last manager here: without it ${swarm.name} ends. Type ${swarm.name} to confirm.`;
    throw new AppError({ code: 'input.invalid', public: sentence, fieldErrors: { confirm: sentence } });
  }
  const { id } = await ctx.db.$transaction(async (tx) => {
    const job = await startJob(ctx.runtime, tx, {
      kind: machineLeaveSwarm,
      actor: ctx.actor,
      machineId: machine.id,
      subject: machine.name,
      payload: { machineId: machine.id, isForced: isLast },
    });
    await recordAudit(tx, ctx.actor, {
      action: 'swarm.leave-started',
      target: { type: 'machine', id: machine.id, name: machine.name },
      before: { swarm: swarm.name, role },
    });
    return job;
  });
  await ctx.runtime.bus.publish(`team:${ctx.actor.teamId}`);
  return { jobId: id };
}
