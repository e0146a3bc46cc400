import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { leapingClock } from '@/server/clock/leaping-clock.test-support';
import { SimulatedAccount, simulatedAccountFolder, switchedOff, type ThingKind } from '@/server/drivers/fake/account';
import { jobKinds } from '@/server/jobs/list';
import { runJob } from '@/server/jobs/run-job';

import { createTestConsole, type TestMember } from '../../../../test/support/test-console';

const never = new AbortController().signal;

/** A test console with the simulated provider behind it, whose clock leaps where somebody waits. */
export async function openLedgerBench() {
  const clock = leapingClock();
  const console_ = await createTestConsole({ clock });
  const { runtime } = console_;
  const folder = simulatedAccountFolder(runtime.env.dataDir);
  const account = new SimulatedAccount({
    folder,
    clock,
    signal: never,
    latencyMs: 0,
    machineId: null,
    onCall: () => undefined,
  });
  const run = async (jobId: string) => {
    await runJob(runtime, jobId, { kinds: jobKinds, stopping: never });
    return runtime.database.prisma.job.findUniqueOrThrow({ where: { id: jobId } });
  };
  const confirmed = { removeEngine: false, deleteData: false } as const;
  return {
    console_,
    clock,
    run,
    /** Makes a machine at the simulated provider, and runs the job to its end. */
    create: async (member: TestMember, name: string, options: Record<string, unknown> = {}) => {
      const made = await member.call.machines.create({ team: member.team.slug, name, driver: 'fake', options });
      return { ...made, job: await run(made.jobId) };
    },
    remove: async (member: TestMember, machine: string, mode: 'restore' | 'forget' = 'restore') => {
      const input = { team: member.team.slug, machine, confirm: machine, mode, ...confirmed };
      return run((await member.call.machines.remove(input)).jobId);
    },
    /** What is really there. */
    things: (teamId: string) => account.list({ teamId, machineId: null }),
    /** Puts a thing there that the console knows nothing of. */
    plant: async (thing: { teamId: string; machineId: string; kind: ThingKind; name: string }) =>
      (await account.make({ ...thing, size: 'small' })).thing,
    drop: account.drop.bind(account),
    goDown: async () => {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, switchedOff()), '');
    },
    comeBack: () => rm(join(folder, switchedOff()), { force: true }),
  };
}

export type LedgerBench = Awaited<ReturnType<typeof openLedgerBench>>;
