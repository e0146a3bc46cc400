import 'server-only';
import { z } from 'zod';

import type { jobCan, JobError, JobState } from '@/lib/job';
import type { JobProgress, JobSummary } from '@/lib/job-view';
import type { Prisma } from '@/server/db/generated/client';
import { AppError } from '@/server/errors/app-error';
import type { TeamContext } from '@/server/operations/team-context';

/** The states of a job that has not ended. */
export const activeStates = ['queued', 'running', 'waiting', 'cancelling'] as const satisfies readonly JobState[];

export const jobSummarySelect = {
  id: true,
  kind: true,
  subject: true,
  machine: { select: { id: true, name: true } },
  state: true,
  error: true,
  createdByName: true,
  createdAt: true,
  startedAt: true,
  finishedAt: true,
  steps: { select: { name: true, state: true }, orderBy: { index: 'asc' } },
} satisfies Prisma.JobSelect;

export type JobSummaryRow = Prisma.JobGetPayload<{ select: typeof jobSummarySelect }>;

const jobErrorSchema = z.object({
  code: z.string(),
  title: z.string(),
  public: z.string(),
  step: z.number(),
  output: z.string().optional(),
});

/** Reads the stored error of a job; null where there is none, or one that this version cannot read. */
export const parseJobError = (stored: Prisma.JsonValue): JobError | null => {
  const parsed = jobErrorSchema.safeParse(stored);
  if (!parsed.success) return null;
  const { output, ...error } = parsed.data;
  return output === undefined ? error : { ...error, output };
};

const progressOf = (steps: JobSummaryRow['steps']): JobProgress => {
  const current = steps.find(({ state }) => state === 'running' || state === 'failed' || state === 'cancelled');
  return {
    done: steps.filter(({ state }) => state === 'succeeded').length,
    total: steps.length,
    step: current?.name ?? null,
  };
};

export const summaryOf = ({ error, createdByName, steps, ...row }: JobSummaryRow): JobSummary => ({
  ...row,
  errorTitle: parseJobError(error)?.title ?? null,
  createdBy: createdByName,
  progress: progressOf(steps),
});

export const jobNotFound = (): AppError =>
  new AppError({ code: 'job.not-found', public: 'There is no such job in this team, or it has been removed.' });

/** Throws job.not-found where the team has no such job. Steps and log carry no team, so this comes before reading them. */
export async function assertJobOfTeam({ db }: TeamContext, id: string): Promise<void> {
  const row = await db.job.findUnique({ where: { id }, select: { id: true } });
  if (!row) throw jobNotFound();
}

const stateWords: Readonly<Record<JobState, string>> = {
  queued: 'is still queued',
  running: 'is running',
  waiting: 'is waiting',
  succeeded: 'has ended well',
  failed: 'has failed',
  cancelling: 'is being cancelled already',
  cancelled: 'has been cancelled',
};

const steeredWords: Readonly<Record<keyof typeof jobCan, string>> = {
  cancel: 'cancelled',
  retry: 'retried',
  rollBack: 'rolled back',
  runAgain: 'run again',
};

/** What a member reads who asks for something that the job's state does not allow. */
export const wrongState = (state: JobState, action: keyof typeof jobCan): AppError =>
  new AppError({
    code: 'job.wrong-state',
    public: `The job ${stateWords[state]}, so it cannot be ${steeredWords[action]} now. The page shows how it stands.`,
  });
