import 'server-only';
import { z } from 'zod';

import { resourceStandings } from '@/lib/resource';
import { adoptResource } from '@/server/operations/resources/adopt-resource';
import { compareResources } from '@/server/operations/resources/compare-resources';
import { forgetResource } from '@/server/operations/resources/forget-resource';
import { forgetTombstone } from '@/server/operations/resources/forget-tombstone';
import { listResources } from '@/server/operations/resources/list-resources';
import { listTombstones } from '@/server/operations/resources/list-tombstones';
import { removeResource } from '@/server/operations/resources/remove-resource';
import { tryTombstone } from '@/server/operations/resources/try-tombstone';
import { router, teamProcedure } from '@/server/trpc';

const machine = z.string().min(1).max(63).optional();
const resource = z.object({ resource: z.uuid('is not the id of a resource') });
const tombstone = z.object({ tombstone: z.uuid('is not the id of a tombstone') });

/** What the team has at its providers, what should be gone from there, and what is there unknown. */
export const resourcesRouter = router({
  list: teamProcedure('resource.read')
    .input(z.object({ machine, show: z.enum(resourceStandings).optional(), cursor: z.uuid().nullish() }))
    .query(({ ctx, input }) => listResources(ctx.team, input)),

  /** Asks the providers what is there, and stores what that tells. */
  compare: teamProcedure('resource.compare')
    .input(z.object({ machine }))
    .mutation(({ ctx, input, signal }) => compareResources(ctx.team, { ...input, signal })),

  remove: teamProcedure('resource.manage')
    .input(resource)
    .mutation(({ ctx, input, signal }) => removeResource(ctx.team, { id: input.resource, signal })),

  adopt: teamProcedure('resource.manage')
    .input(resource)
    .mutation(({ ctx, input }) => adoptResource(ctx.team, { id: input.resource })),

  forget: teamProcedure('resource.manage')
    .input(resource)
    .mutation(({ ctx, input }) => forgetResource(ctx.team, { id: input.resource })),

  tombstones: teamProcedure('resource.read').query(({ ctx }) => listTombstones(ctx.team)),

  tryTombstone: teamProcedure('tombstone.remove')
    .input(tombstone)
    .mutation(({ ctx, input }) => tryTombstone(ctx.team, { id: input.tombstone })),

  forgetTombstone: teamProcedure('resource.manage')
    .input(tombstone.extend({ confirm: z.string().max(63) }))
    .mutation(({ ctx, input }) => forgetTombstone(ctx.team, { id: input.tombstone, confirm: input.confirm })),
});
