import 'server-only';
import { z } from 'zod';

import { accessChangeKinds } from '@/lib/access-change';
import { getChange } from '@/server/operations/changes/get-change';
import { listChanges } from '@/server/operations/changes/list-changes';
import { router, teamProcedure } from '@/server/trpc';

/** Changes of who gets in where, with the receipts of the machines. */
export const changesRouter = router({
  list: teamProcedure('certificate.read')
    .input(
      z.object({
        cursor: z.uuid().nullish(),
        limit: z.int().min(1).max(100).default(50),
        kind: z.enum(accessChangeKinds).optional(),
      }),
    )
    .query(({ ctx, input }) => listChanges(ctx.team, { ...input, cursor: input.cursor ?? undefined })),

  get: teamProcedure('certificate.read')
    .input(z.object({ id: z.uuid() }))
    .query(({ ctx, input }) => getChange(ctx.team, input)),
});
