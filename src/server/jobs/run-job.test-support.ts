import { z } from 'zod';

import { createTestConsole } from '../../../test/support/test-console';
import { defineJobKind, type JobKind, type Step } from './job-kind';
import { runJob } from './run-job';
import { startJob } from './start-job';

interface Learnt {
  first: string;
}
type TestStep = Step<Record<string, never>, Learnt>;

export const kindOf = (steps: TestStep[], onEnded?: JobKind['onEnded']): JobKind =>
  defineJobKind<Record<string, never>, Learnt>({
    id: 'test.kind',
    payload: z.strictObject({}) as unknown as z.ZodType<Record<string, never>>,
    steps: () => steps,
    ...(onEnded && { onEnded }),
  });

export const step = (name: string, run: TestStep['run'], more: Partial<TestStep> = {}): TestStep => ({
  name,
  timeoutMs: 60_000,
  run,
  ...more,
});

export type RunBench = Awaited<ReturnType<typeof createRunBench>>;

/** A console in which jobs of any kind are started, run and looked at. Close it in afterAll. */
export async function createRunBench() {
  const console_ = await createTestConsole();
  const member = await console_.seedMember(await console_.seedTeam());

  const start = (kind: JobKind) =>
    console_.runtime.database.prisma.$transaction((tx) =>
      startJob(console_.runtime, tx, { kind, actor: member.actor, machineId: null, subject: 'edge-1', payload: {} }),
    );

  const run = (id: string, kind: JobKind, stopping = new AbortController().signal) =>
    runJob(console_.runtime, id, { kinds: new Map([[kind.id, kind]]), stopping });

  const read = async (id: string) => {
    const job = await console_.runtime.database.prisma.job.findUniqueOrThrow({
      where: { id },
      include: { steps: { orderBy: { index: 'asc' } }, logs: { orderBy: { seq: 'asc' } } },
    });
    return { ...job, stepStates: job.steps.map((row) => row.state), texts: job.logs.map((row) => row.text) };
  };

  return { console_, start, run, read };
}
