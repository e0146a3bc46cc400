import 'server-only';
import { z } from 'zod';

import { listEventFacets, listEvents } from '@/server/operations/audit/list-events';
import { verifyChain } from '@/server/operations/audit/verify-chain';
import { router, teamProcedure } from '@/server/trpc';

const filterMax = 20;

/** What was done in a team, by whom. */
export const auditRouter = router({
  list: teamProcedure('audit.read')
    .input(
      z.object({
        actors: z.array(z.string().min(1).max(200)).max(filterMax).optional(),
        actions: z
          .array(
            z
              .string()
              .max(100)
              .regex(/^[a-z-]+(\.[a-z-]+)?$/, 'is not an action'),
          )
          .max(filterMax)
          .optional(),
        words: z.array(z.string().min(1).max(100)).max(filterMax).optional(),
        cursor: z.int().min(1).optional(),
        limit: z.int().min(1).max(200).default(50),
      }),
    )
    .query(({ ctx, input }) => listEvents(ctx.team, input)),

  facets: teamProcedure('audit.read').query(({ ctx }) => listEventFacets(ctx.team)),

  verify: teamProcedure('audit.read').query(({ ctx }) => verifyChain(ctx.team)),
});
