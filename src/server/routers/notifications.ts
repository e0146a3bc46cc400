import 'server-only';
import { z } from 'zod';

import { listNotifications } from '@/server/operations/notifications/list-notifications';
import { markRead } from '@/server/operations/notifications/mark-read';
import { router, teamProcedure } from '@/server/trpc';

/** What a member should know and did not do themselves. */
export const notificationsRouter = router({
  list: teamProcedure('team.read').query(({ ctx }) => listNotifications(ctx.team)),

  markRead: teamProcedure('team.read')
    .input(z.object({ ids: z.array(z.uuid()).max(200).optional() }))
    .mutation(({ ctx, input }) => markRead(ctx.team, input)),
});
