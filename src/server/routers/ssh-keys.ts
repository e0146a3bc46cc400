import 'server-only';
import { z } from 'zod';

import { printableText } from '@/lib/printable-text';
import { createSshKey } from '@/server/operations/ssh-keys/create-ssh-key';
import { generateTeamSshKey } from '@/server/operations/ssh-keys/generate-ssh-key';
import { getSshKey } from '@/server/operations/ssh-keys/get-ssh-key';
import { listSshKeys } from '@/server/operations/ssh-keys/list-ssh-keys';
import { removeSshKey } from '@/server/operations/ssh-keys/remove-ssh-key';
import { router, teamProcedure } from '@/server/trpc';

const name = printableText(64);
const id = { id: z.uuid() };

/** The team's SSH keys. Private halves go in and never come out. */
export const sshKeysRouter = router({
  list: teamProcedure('ssh-key.read').query(({ ctx }) => listSshKeys(ctx.team)),

  get: teamProcedure('ssh-key.read')
    .input(z.object(id))
    .query(({ ctx, input }) => getSshKey(ctx.team, input)),

  create: teamProcedure('ssh-key.write')
    .input(
      z.object({
        name,
        privateKey: z.string().min(1, 'Paste a private key.').max(65_536, 'A private key is smaller than this.'),
        passphrase: z.string().max(1024).optional(),
      }),
    )
    .mutation(({ ctx, input }) => createSshKey(ctx.team, input)),

  generate: teamProcedure('ssh-key.write')
    .input(z.object({ name }))
    .mutation(({ ctx, input }) => generateTeamSshKey(ctx.team, input)),

  remove: teamProcedure('ssh-key.write')
    .input(z.object(id))
    .mutation(({ ctx, input }) => removeSshKey(ctx.team, input)),
});
