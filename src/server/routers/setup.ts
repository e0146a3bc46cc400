import 'server-only';
import { z } from 'zod';

import { emailSchema, newPasswordSchema, personNameSchema } from '@/lib/account';
import { teamNameSchema, teamSlugSchema } from '@/lib/team-name';
import { oneTimeTokenSchema } from '@/server/auth/one-time-token';
import { completeSetup } from '@/server/operations/setup/complete-setup';
import { describeSetup } from '@/server/operations/setup/describe-setup';
import { publicProcedure, router } from '@/server/trpc';

/** The first account, made by whoever holds the link that the start prints. */
export const setupRouter = router({
  describe: publicProcedure
    .input(z.strictObject({ token: z.string().max(200).optional() }))
    .query(({ ctx, input }) => describeSetup(ctx, input)),

  complete: publicProcedure
    .input(
      z.strictObject({
        token: oneTimeTokenSchema,
        name: personNameSchema,
        email: emailSchema,
        password: newPasswordSchema,
        teamName: teamNameSchema,
        teamSlug: teamSlugSchema,
      }),
    )
    .mutation(({ ctx, input }) => completeSetup(ctx, input)),
});
