import { randomUUID } from 'node:crypto';

import type { JobError, JobState, StepState } from '@/lib/job';
import type { LogStream } from '@/lib/step-log';
import type { Prisma } from '@/server/db/generated/client';

import type { TestConsole, TestMember } from '../../../../test/support/test-console';

export interface SeededJob {
  readonly id: string;
}

export interface JobSeed {
  readonly kind?: string;
  readonly subject?: string;
  readonly machineId?: string | null;
  readonly state?: JobState;
  readonly steps?: readonly (readonly [name: string, state: StepState])[];
  readonly payload?: Prisma.InputJsonObject;
  readonly error?: JobError;
  readonly createdAt?: Date;
}

/** A job with its steps, as the runner would have left it. */
export async function seedJob(console_: TestConsole, member: TestMember, seed: JobSeed = {}): Promise<SeededJob> {
  const now = console_.clock.now();
  const { steps = [['check-host', 'pending']], error, ...job } = seed;
  return console_.runtime.database.prisma.job.create({
    data: {
      teamId: member.team.id,
      kind: 'test.kind',
      subject: 'edge-1',
      payload: {},
      createdById: member.user.id,
      createdByName: member.user.name,
      createdAt: now,
      ...job,
      ...(error && { error: { ...error } }),
      steps: { create: steps.map(([name, state], index) => ({ index, name, state })) },
    },
    select: { id: true },
  });
}

export interface LineSeed {
  readonly step?: number;
  readonly stream?: LogStream;
  readonly text: string;
}

/** Writes lines behind those that are there, as the log writer does: numbered without a gap, then a wake-up call. */
export async function seedLines(console_: TestConsole, job: SeededJob, lines: readonly LineSeed[]): Promise<void> {
  const { prisma } = console_.runtime.database;
  const { _max: max } = await prisma.jobLog.aggregate({ where: { jobId: job.id }, _max: { seq: true } });
  const first = (max.seq ?? 0) + 1;
  await prisma.jobLog.createMany({
    data: lines.map(({ step = 0, stream = 'stdout', text }, index) => ({
      jobId: job.id,
      seq: first + index,
      step,
      stream,
      text,
      at: console_.clock.now(),
    })),
  });
  await console_.runtime.bus.publish(`job:${job.id}`);
}

/** A machine of the team, owned by the member. */
export async function seedMachine(console_: TestConsole, member: TestMember, name = 'edge-1'): Promise<string> {
  const machine = await console_.runtime.database.prisma.machine.create({
    data: { teamId: member.team.id, ownerId: member.user.id, name, driver: 'test', options: {}, engineSettings: {} },
    select: { id: true },
  });
  return machine.id;
}

export const unknownId = randomUUID;
