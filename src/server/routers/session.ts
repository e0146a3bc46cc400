import 'server-only';
import { z } from 'zod';

import { describeMe } from '@/server/operations/session/describe-me';
import { endOtherSessions, endSession } from '@/server/operations/session/end-session';
import { router, signedInProcedure } from '@/server/trpc';

/** The caller's own account and sessions. */
export const sessionRouter = router({
  me: signedInProcedure.query(({ ctx }) => describeMe(ctx)),

  end: signedInProcedure.input(z.strictObject({ id: z.uuid() })).mutation(({ ctx, input }) => endSession(ctx, input)),

  endOthers: signedInProcedure.mutation(({ ctx }) => endOtherSessions(ctx)),
});
