import 'server-only';
import { z } from 'zod';

import { newPasswordSchema, personNameSchema, typedPasswordSchema } from '@/lib/account';
import { changePassword } from '@/server/operations/session/change-password';
import { describeMe } from '@/server/operations/session/describe-me';
import { endOtherSessions, endSession } from '@/server/operations/session/end-session';
import { listSessions } from '@/server/operations/session/list-sessions';
import { renameAccount } from '@/server/operations/session/rename-account';
import { router, signedInProcedure } from '@/server/trpc';

/** The caller's own account and sessions. */
export const sessionRouter = router({
  me: signedInProcedure.query(({ ctx }) => describeMe(ctx)),

  list: signedInProcedure.query(({ ctx }) => listSessions(ctx)),

  end: signedInProcedure.input(z.strictObject({ id: z.uuid() })).mutation(({ ctx, input }) => endSession(ctx, input)),

  endOthers: signedInProcedure.mutation(({ ctx }) => endOtherSessions(ctx)),

  rename: signedInProcedure
    .input(z.strictObject({ name: personNameSchema }))
    .mutation(({ ctx, input }) => renameAccount(ctx, input)),

  changePassword: signedInProcedure
    .input(z.strictObject({ currentPassword: typedPasswordSchema, newPassword: newPasswordSchema }))
    .mutation(({ ctx, input }) => changePassword(ctx, input)),
});
