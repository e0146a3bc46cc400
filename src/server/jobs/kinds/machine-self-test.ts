import type { z } from 'zod';

import { paths } from '@/lib/paths';
import { type SelfTestResult, selfTestPassed, wantedOutcome } from '@/lib/self-test';
import type { Prisma } from '@/server/db/generated/client';
import { defineJobKind, type JobKind } from '@/server/jobs/job-kind';
import { loadMachine } from '@/server/operations/machines/load-machine';
import { notify } from '@/server/operations/notifications/notify';
import { admitCanary, revokeCanaries } from '@/server/operations/self-tests/canary';
import type { Runtime } from '@/server/runtime';

import { machinePayload } from './machine-payloads';
import { machineOf, type MachineStep, type MachineStepContext } from './machine-steps';
import { admissionContextOf, attackEngine, attackGate, testedMachineOf } from './self-test-attacks';

const minute = 60_000;

type Ref = { readonly id: string; readonly teamId: string };

const store = async (runtime: Runtime, job: Ref, data: Prisma.SelfTestUpdateManyMutationInput): Promise<void> => {
  await runtime.database.prisma.selfTest.updateMany({ where: { jobId: job.id, teamId: job.teamId }, data });
  await runtime.bus.publish(`team:${job.teamId}`);
};

// A job that was started again tests anew.
const begin = (ctx: MachineStepContext): Promise<void> =>
  store(ctx.runtime, ctx.job, { finishedAt: null, passed: null, results: [] });

const admit: MachineStep = {
  name: 'admit-canary',
  waitsForHost: false,
  timeoutMs: 2 * minute,
  run: async (ctx) => {
    await begin(ctx);
    const machine = await machineOf(ctx);
    if (machine.row.enforcement === 'engine') {
      ctx.log.info(
        'This engine itself decides who gets in, and reads whom it trusts only when it starts: the test restarts it twice. Containers go on; open streams of everybody end.',
      );
      return;
    }
    const { fingerprint } = await admitCanary(admissionContextOf(ctx), testedMachineOf(machine));
    ctx.log.info(`The host admits the canary ${fingerprint}.`);
  },
};

const attackHost: MachineStep = {
  name: 'attack-host',
  waitsForHost: false,
  timeoutMs: 15 * minute,
  // Stopped in the middle it could leave an engine down.
  interruptible: false,
  run: async (ctx) => {
    await begin(ctx);
    const machine = await machineOf(ctx);
    const { enforcement } = machine.row;
    const results = await (enforcement === 'gate' ? attackGate : attackEngine)(ctx, machine);
    for (const { probe, outcome, ms, detail } of results) {
      ctx.log.info(`${probe}: ${outcome}${ms === null ? '' : ` after ${ms} ms`}. ${detail}`);
    }
    await store(ctx.runtime, ctx.job, { enforcement, results: results.map((row) => ({ ...row })) });
  },
};

const isWrong = ({ probe, outcome }: SelfTestResult): boolean =>
  outcome !== 'unknown' && outcome !== wantedOutcome(probe);

/** True: passed. False: something got in that must not, or nothing that must. Null: not everything could be tried. */
const verdictOf = (results: readonly SelfTestResult[]): boolean | null =>
  selfTestPassed(results) ? true : results.some(isWrong) ? false : null;

const sentences = {
  true: 'The machine passes.',
  false: 'The machine fails the test: treat revoked certificates as live on it.',
  null: 'Not everything could be tried, so the test proves nothing.',
} as const;

const conclude: MachineStep = {
  name: 'conclude-test',
  waitsForHost: false,
  timeoutMs: 2 * minute,
  run: async (ctx) => {
    const { runtime, job, clock } = ctx;
    const { row } = await machineOf(ctx);
    const passed = await runtime.database.prisma.$transaction(async (tx) => {
      const where = { jobId: job.id, teamId: job.teamId };
      const test = await tx.selfTest.findFirstOrThrow({ where, select: { results: true } });
      const verdict = verdictOf(test.results as unknown as readonly SelfTestResult[]);
      await tx.selfTest.updateMany({ where, data: { finishedAt: clock.now(), passed: verdict } });
      if (verdict === false) {
        await notify(tx, {
          teamId: job.teamId,
          to: 'admins',
          kind: 'self-test-failed',
          values: { machine: row.name },
          tone: 'failed',
          href: paths.selfTests(row.team.slug, { machine: row.name }),
          cause: `self-test:${row.id}`,
          at: clock.now(),
        });
      }
      return verdict;
    });
    await runtime.bus.publish(`team:${job.teamId}`);
    ctx.log.info(sentences[String(passed) as keyof typeof sentences]);
  },
};

/**
 * Attacks a machine with a certificate of the console's own that was just revoked, and stores what it met. Ends with the
 * canary revoked and its key destroyed, however it ends. Every run begins with a canary that is admitted: the attack needs
 * sessions and streams from before, which do not outlive a process.
 */
export const machineSelfTest: JobKind = defineJobKind<z.output<typeof machinePayload>, object>({
  id: 'machine.self-test',
  payload: machinePayload,
  steps: () => [admit, attackHost, conclude],
  onEnded: async ({ runtime, job }) => {
    await store(runtime, job, { finishedAt: runtime.clock.now() });
    if (!job.machineId) return;
    const machine = await loadMachine(runtime, { id: job.machineId, teamId: job.teamId });
    await revokeCanaries(admissionContextOf({ runtime, job }), testedMachineOf(machine));
  },
});
