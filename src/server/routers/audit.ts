import 'server-only';
import { z } from 'zod';

import { listEventFacets, listEvents } from '@/server/operations/audit/list-events';
import { verifyChain } from '@/server/operations/audit/verify-chain';
import { router, teamProcedure } from '@/server/trpc';

/** What was done in a team, by whom. */
export const auditRouter = router({
  list: teamProcedure('audit.read')
    .input(
      z.object({
        actor: z.string().min(1).max(200).optional(),
        action: z
          .string()
          .max(100)
          .regex(/^[a-z-]+(\.[a-z-]+)?$/, 'is not an action')
          .optional(),
        before: z.int().min(1).optional(),
        limit: z.int().min(1).max(200).default(50),
      }),
    )
    .query(({ ctx, input }) => listEvents(ctx.team, input)),

  facets: teamProcedure('audit.read').query(({ ctx }) => listEventFacets(ctx.team)),

  verify: teamProcedure('audit.read').query(({ ctx }) => verifyChain(ctx.team)),
});
