import 'server-only';
import { z } from 'zod';

import { hostAddressSchema } from '@/lib/host-address';
import { printableText } from '@/lib/printable-text';
import { checkHypervisor } from '@/server/operations/hypervisors/check-hypervisor';
import { createHypervisor } from '@/server/operations/hypervisors/create-hypervisor';
import { getHypervisor } from '@/server/operations/hypervisors/get-hypervisor';
import { listHypervisors } from '@/server/operations/hypervisors/list-hypervisors';
import { removeHypervisor } from '@/server/operations/hypervisors/remove-hypervisor';
import { updateHypervisor } from '@/server/operations/hypervisors/update-hypervisor';
import { router, teamProcedure } from '@/server/trpc';

import { hostKeyInput } from './machine-input';

const name = printableText(64);
const id = z.uuid();

const portSentence = 'Enter a port number from 1 to 65535.';

const sshWay = {
  address: hostAddressSchema,
  port: z.int({ error: portSentence }).min(1, portSentence).max(65_535, portSentence),
  user: z
    .string()
    .trim()
    .regex(
      /^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/,
      'A user name begins with a letter and holds letters, digits, ".", "_" and "-" only, at most 32.',
    ),
  sshKeyId: z.uuid({ error: 'Choose an SSH key, or make one here.' }),
};

const sudoPassword = z
  .string()
  .min(1, 'Enter the password, or leave the field out.')
  .max(512, 'A password has at most 512 characters.')
  .regex(/^[^\0\r\n]*$/, 'A password holds no line breaks.');

/** Hosts on which a hypervisor makes machines. Passwords go in and never come out. */
export const hypervisorsRouter = router({
  list: teamProcedure('hypervisor.read').query(({ ctx }) => listHypervisors(ctx.team)),

  get: teamProcedure('hypervisor.read')
    .input(z.object({ id }))
    .query(({ ctx, input }) => getHypervisor(ctx.team, input)),

  /** A mutation, as `checks.run` is; answers with the same stream of events. */
  check: teamProcedure('hypervisor.manage')
    .input(
      z.object({
        host: z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('registered'), id }),
          z.strictObject({ kind: z.literal('local') }),
          z.strictObject({
            kind: z.literal('ssh'),
            ...sshWay,
            id: id.optional(),
            sudoPassword: sudoPassword.nullish(),
          }),
        ]),
      }),
    )
    .mutation(({ ctx, input, signal }) =>
      checkHypervisor(ctx.team, input.host, signal ?? new AbortController().signal),
    ),

  create: teamProcedure('hypervisor.manage')
    .input(
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('local'), name }),
        z.object({
          kind: z.literal('ssh'),
          name,
          ...sshWay,
          sudoPassword: sudoPassword.optional(),
          hostKey: hostKeyInput,
        }),
      ]),
    )
    .mutation(({ ctx, input }) => createHypervisor(ctx.team, input)),

  update: teamProcedure('hypervisor.manage')
    .input(
      z.object({
        id,
        name,
        ssh: z
          .strictObject({ ...sshWay, sudoPassword: sudoPassword.nullish(), hostKey: hostKeyInput.optional() })
          .optional(),
      }),
    )
    .mutation(({ ctx, input }) => updateHypervisor(ctx.team, input)),

  remove: teamProcedure('hypervisor.manage')
    .input(z.object({ id, confirm: z.string().max(128) }))
    .mutation(({ ctx, input }) => removeHypervisor(ctx.team, input)),
});
