import 'server-only';
import { z } from 'zod';

import { atOnceDefault, atOnceMax, batchMachinesMax } from '@/lib/batch';
import { bulkActions } from '@/lib/machine-action';
import { getBatch, listBatches } from '@/server/operations/batches/get-batch';
import { previewBatch } from '@/server/operations/batches/preview-batch';
import { startBatch } from '@/server/operations/batches/start-batch';
import { cancelRest, retryFailed } from '@/server/operations/batches/steer-batch';
import { router, teamProcedure } from '@/server/trpc';

import { engineSettingsInput } from './machine-input';

const request = {
  action: z.enum(bulkActions),
  machines: z
    .array(z.string().min(1).max(63))
    .min(1, 'names no machine')
    .max(batchMachinesMax, `has more than ${batchMachinesMax} machines`),
  settings: engineSettingsInput.optional(),
  removal: z
    .object({ mode: z.enum(['restore', 'forget']), removeEngine: z.boolean(), deleteData: z.boolean() })
    .optional(),
};

const batch = z.object({ batch: z.uuid('is not the id of a batch') });

/** Jobs on several machines at once, a bounded number of them at a time. */
export const batchesRouter = router({
  /** Changes nothing; sent as a mutation because so many names do not fit into an address. */
  preview: teamProcedure('job.read')
    .input(z.object(request))
    .mutation(({ ctx, input }) => previewBatch(ctx.team, input)),
  start: teamProcedure('job.steer')
    .input(
      z.object({
        ...request,
        atOnce: z.int().min(1).max(atOnceMax).default(atOnceDefault),
        confirm: z.string().max(100).optional(),
      }),
    )
    .mutation(({ ctx, input }) => startBatch(ctx.team, input)),
  get: teamProcedure('job.read')
    .input(batch)
    .query(({ ctx, input }) => getBatch(ctx.team, input)),
  list: teamProcedure('job.read').query(({ ctx }) => listBatches(ctx.team)),
  cancelRest: teamProcedure('job.steer')
    .input(batch)
    .mutation(({ ctx, input }) => cancelRest(ctx.team, input)),
  retryFailed: teamProcedure('job.steer')
    .input(batch)
    .mutation(({ ctx, input }) => retryFailed(ctx.team, input)),
});
