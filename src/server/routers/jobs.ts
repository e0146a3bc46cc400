import 'server-only';
import { tracked } from '@trpc/server';
import { z } from 'zod';

import { jobStates } from '@/lib/job';
import type { JobEvent } from '@/lib/job-view';
import { cancelJob } from '@/server/operations/jobs/cancel-job';
import { getJob } from '@/server/operations/jobs/get-job';
import { listJobKinds } from '@/server/operations/jobs/list-job-kinds';
import { listJobs } from '@/server/operations/jobs/list-jobs';
import { listLogLines } from '@/server/operations/jobs/list-log-lines';
import { listQueue } from '@/server/operations/jobs/list-queue';
import { listRunningJobs } from '@/server/operations/jobs/list-running-jobs';
import { retryJob } from '@/server/operations/jobs/retry-job';
import { previewRollBack, rollBackJob } from '@/server/operations/jobs/roll-back-job';
import { runAgain } from '@/server/operations/jobs/run-again';
import { searchLog } from '@/server/operations/jobs/search-log';
import { watchJob } from '@/server/operations/jobs/watch-job';
import { watchTeam } from '@/server/operations/jobs/watch-team';
import { router, teamProcedure } from '@/server/trpc';

const logPageMax = 1000;
const seqMax = 2_147_483_647 - logPageMax;

const jobId = z.uuid('is not the id of a job');
const seq = z.int().min(1).max(seqMax);
const choice = <T extends z.ZodType>(item: T) => z.array(item).max(20).optional();

const listInput = z.object({
  states: choice(z.enum(jobStates)),
  kinds: choice(z.string().min(1).max(64)),
  machines: choice(z.string().min(1).max(64)),
  machineId: z.uuid().optional(),
  words: choice(z.string().min(1).max(100)),
  cursor: z
    .string()
    .regex(/^\d{1,15}\.[0-9a-f-]{36}$/, 'is not a place in the list')
    .nullish(),
  limit: z.int().min(1).max(100).default(50),
});

const logRange = z
  .object({ job: jobId, from: seq, to: seq })
  .refine(({ from, to }) => to >= from && to - from < logPageMax, {
    path: ['to'],
    message: `has to be ${logPageMax} lines or fewer from the first`,
  });

const watchInput = z.object({
  job: jobId,
  /** The last line that the viewer has. */
  afterSeq: z.int().min(0).max(seqMax).default(0),
  /** Set by the client at a reconnect; newer than afterSeq. */
  lastEventId: z
    .string()
    .regex(/^\d{1,10}$/)
    .transform(Number)
    .pipe(z.int().max(seqMax))
    .optional(),
});

async function* trackedBySeq(events: AsyncGenerator<JobEvent, void, void>) {
  for await (const event of events) yield tracked(String(event.lastSeq), event);
}

/** Jobs of a team: what runs and ran, the log of each, and the ways to steer them. */
export const jobsRouter = router({
  list: teamProcedure('job.read')
    .input(listInput)
    .query(({ ctx, input }) => listJobs(ctx.team, input)),
  kinds: teamProcedure('job.read').query(({ ctx }) => listJobKinds(ctx.team)),
  running: teamProcedure('job.read').query(async ({ ctx }) => {
    const jobs = await listRunningJobs(ctx.team);
    return { count: jobs.length, jobs };
  }),
  get: teamProcedure('job.read')
    .input(z.object({ job: jobId }))
    .query(({ ctx, input }) => getJob(ctx.team, input)),
  log: teamProcedure('job.read')
    .input(logRange)
    .query(({ ctx, input }) => listLogLines(ctx.team, input)),
  searchLog: teamProcedure('job.read')
    .input(z.object({ job: jobId, text: z.string().min(1).max(200), step: z.int().min(0).max(999).optional() }))
    .query(({ ctx, input }) => searchLog(ctx.team, input)),
  cancel: teamProcedure('job.steer')
    .input(z.object({ job: jobId }))
    .mutation(({ ctx, input }) => cancelJob(ctx.team, input)),
  retry: teamProcedure('job.steer')
    .input(z.object({ job: jobId }))
    .mutation(({ ctx, input }) => retryJob(ctx.team, input)),
  runAgain: teamProcedure('job.steer')
    .input(z.object({ job: jobId }))
    .mutation(({ ctx, input }) => runAgain(ctx.team, input)),
  queue: teamProcedure('job.read').query(({ ctx }) => listQueue(ctx.team)),
  previewRollBack: teamProcedure('job.read')
    .input(z.object({ job: jobId }))
    .query(({ ctx, input }) => previewRollBack(ctx.team, input)),
  rollBack: teamProcedure('job.steer')
    .input(z.object({ job: jobId }))
    .mutation(({ ctx, input }) => rollBackJob(ctx.team, input)),
  watch: teamProcedure('job.read')
    .input(watchInput)
    .subscription(async ({ ctx, input, signal }) =>
      trackedBySeq(await watchJob(ctx.team, { job: input.job, afterSeq: input.lastEventId ?? input.afterSeq, signal })),
    ),
  watchTeam: teamProcedure('job.read').subscription(({ ctx, signal }) => watchTeam(ctx.team, { signal })),
});
