import 'server-only';
import { machineCan, machineStates } from '@/lib/machine';
import { recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';
import { AppError } from '@/server/errors/app-error';
import { machineSelfTest } from '@/server/jobs/kinds/machine-self-test';
import { startJob } from '@/server/jobs/start-job';
import { assertState, getMachineByName } from '@/server/operations/machines/get-machine';
import type { TeamContext } from '@/server/operations/team-context';

const chosen = async (tx: Transaction, names: readonly string[]): Promise<{ id: string; name: string }[]> => {
  if (names.length === 0) {
    const where = { state: { in: machineStates.filter(machineCan.selfTest) } };
    return tx.machine.findMany({ where, orderBy: { name: 'asc' }, select: { id: true, name: true } });
  }
  const machines = [];
  for (const name of new Set(names)) {
    const machine = await getMachineByName(tx, name);
    assertState(machine, machineCan.selfTest, 'tested');
    machines.push(machine);
  }
  return machines;
};

const isUnderTest = async (tx: Transaction, machineId: string): Promise<boolean> =>
  (await tx.job.findFirst({
    where: {
      machineId,
      kind: machineSelfTest.id,
      state: { in: ['queued', 'running', 'waiting', 'cancelling'] },
    },
    select: { id: true },
  })) !== null;

const startOne = async (ctx: TeamContext, tx: Transaction, machine: { id: string; name: string }): Promise<string> => {
  const { runtime, actor } = ctx;
  const job = await startJob(runtime, tx, {
    kind: machineSelfTest,
    actor,
    machineId: machine.id,
    subject: machine.name,
    payload: { machineId: machine.id },
  });
  const { enforcement } = await tx.machine.findFirstOrThrow({
    where: { id: machine.id },
    select: { enforcement: true },
  });
  await tx.selfTest.create({
    data: {
      teamId: actor.teamId,
      machineId: machine.id,
      jobId: job.id,
      enforcement,
      startedAt: runtime.clock.now(),
      createdByName: actor.name,
    },
    select: { id: true },
  });
  await recordAudit(tx, actor, {
    action: 'self-test.run',
    target: { type: 'machine', id: machine.id, name: machine.name },
  });
  return job.id;
};

/**
 * Starts a self-test of these machines, or of all that are there. A machine whose test is under way is left out.
 * Throws machine.not-found, and machine.wrong-state where a machine is named that cannot be tested, or none can.
 */
export async function startSelfTests(
  ctx: TeamContext,
  input: { readonly machines: readonly string[] },
): Promise<{ jobIds: string[] }> {
  const jobIds = await ctx.db.$transaction(async (tx) => {
    const machines = await chosen(tx, input.machines);
    if (machines.length === 0) {
      throw new AppError({
        code: 'machine.wrong-state',
        public: 'No machine of this team runs, so none can be tested.',
      });
    }
    const started: string[] = [];
    for (const machine of machines) {
      if (!(await isUnderTest(tx, machine.id))) started.push(await startOne(ctx, tx, machine));
    }
    return started;
  });
  await ctx.runtime.bus.publish(`team:${ctx.actor.teamId}`);
  return { jobIds };
}
