import 'server-only';
import { z } from 'zod';

import { printableText } from '@/lib/printable-text';
import { checkCredential } from '@/server/operations/credentials/check-credential';
import { listCredentialKinds } from '@/server/operations/credentials/list-credential-kinds';
import { listCredentials } from '@/server/operations/credentials/list-credentials';
import { removeCredential } from '@/server/operations/credentials/remove-credential';
import { createCredential, updateCredential } from '@/server/operations/credentials/store-credential';
import { router, teamProcedure } from '@/server/trpc';

const id = { id: z.uuid() };
const driver = z.string().max(64);
const entered = {
  name: printableText(64),
  values: z.record(z.string(), z.unknown()),
  isUnchecked: z.boolean().default(false),
};

/** The team's accounts at providers. Secrets go in and never come out. */
export const credentialsRouter = router({
  kinds: teamProcedure('credential.read').query(({ ctx }) => listCredentialKinds(ctx.team)),

  list: teamProcedure('credential.read')
    .input(z.object({ driver: driver.optional() }))
    .query(({ ctx, input }) => listCredentials(ctx.team, input)),

  create: teamProcedure('credential.manage')
    .input(z.object({ driver, ...entered }))
    .mutation(({ ctx, input }) => createCredential(ctx.team, input)),

  update: teamProcedure('credential.manage')
    .input(z.object({ ...id, ...entered }))
    .mutation(({ ctx, input }) => updateCredential(ctx.team, input)),

  check: teamProcedure('credential.read')
    .input(z.object(id))
    .mutation(({ ctx, input }) => checkCredential(ctx.team, input)),

  remove: teamProcedure('credential.manage')
    .input(z.object(id))
    .mutation(({ ctx, input }) => removeCredential(ctx.team, input)),
});
