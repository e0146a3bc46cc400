import 'server-only';
import { z } from 'zod';

import { emailSchema, newPasswordSchema, personNameSchema } from '@/lib/account';
import { roleSchema } from '@/lib/role';
import { oneTimeTokenSchema } from '@/server/auth/one-time-token';
import { joinByInvitation, signUpByInvitation } from '@/server/operations/invitation/accept-invitation';
import { createInvitation } from '@/server/operations/invitation/create-invitation';
import { describeInvitation } from '@/server/operations/invitation/describe-invitation';
import { listInvitations } from '@/server/operations/invitation/list-invitations';
import { revokeInvitation } from '@/server/operations/invitation/revoke-invitation';
import { publicProcedure, router, signedInProcedure, teamProcedure } from '@/server/trpc';

const byToken = z.strictObject({ token: oneTimeTokenSchema });

/** Invitations into a team by link. */
export const invitationsRouter = router({
  list: teamProcedure('member.invite').query(({ ctx }) => listInvitations(ctx.team)),

  create: teamProcedure('member.invite')
    .input(z.object({ role: roleSchema, email: emailSchema.optional() }))
    .mutation(({ ctx, input }) => createInvitation(ctx.team, input)),

  revoke: teamProcedure('member.invite')
    .input(z.object({ id: z.uuid() }))
    .mutation(({ ctx, input }) => revokeInvitation(ctx.team, input)),

  /** For whoever holds the link. */
  describe: publicProcedure.input(byToken).query(({ ctx, input }) => describeInvitation(ctx, input)),

  /** Makes an account for whoever holds the link. */
  signUp: publicProcedure
    .input(byToken.extend({ name: personNameSchema, email: emailSchema, password: newPasswordSchema }))
    .mutation(({ ctx, input }) => signUpByInvitation(ctx, input)),

  join: signedInProcedure.input(byToken).mutation(({ ctx, input }) => joinByInvitation(ctx, input)),
});
