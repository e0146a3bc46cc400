import 'server-only';
import { z } from 'zod';

import { advanceRotation } from '@/server/operations/authorities/advance-rotation';
import { describeRotations } from '@/server/operations/authorities/describe-rotations';
import { importAuthority } from '@/server/operations/authorities/import-authority';
import { listAuthorities } from '@/server/operations/authorities/list-authorities';
import { readRadar } from '@/server/operations/authorities/radar';
import { retireSharedAuthority } from '@/server/operations/authorities/retire-shared-authority';
import { rollBackRotation } from '@/server/operations/authorities/roll-back-rotation';
import { startRotation } from '@/server/operations/authorities/start-rotation';
import { takeEngineCa } from '@/server/operations/authorities/take-engine-ca';
import { router, teamProcedure } from '@/server/trpc';

const pem = z
  .string()
  .min(1, 'is required')
  .max(32 * 1024, 'is larger than 32 KiB');

/** The team's CAs: which there are, how they are replaced, and what expires. */
export const authoritiesRouter = router({
  list: teamProcedure('authority.read').query(({ ctx }) => listAuthorities(ctx.team)),

  radar: teamProcedure('authority.read').query(({ ctx }) => readRadar(ctx.team)),

  rotation: teamProcedure('authority.read').query(({ ctx }) => describeRotations(ctx.team)),

  /** The team's ca.pem for the caller, who has it from then on. */
  takeEngineCa: teamProcedure('authority.read').mutation(({ ctx }) => takeEngineCa(ctx.team)),

  import: teamProcedure('authority.manage')
    .input(
      z.object({
        certificatePem: pem,
        keyPem: pem,
        passphrase: z.string().max(1024).optional(),
        alsoClients: z.boolean(),
        clientCertificates: z
          .array(z.object({ pem, membershipId: z.uuid() }))
          .max(200)
          .optional(),
      }),
    )
    .mutation(({ ctx, input }) => importAuthority(ctx.team, input)),

  /** Of a shared client CA; others are retired at the end of a rotation. */
  retire: teamProcedure('authority.manage')
    .input(z.object({ authorityId: z.uuid() }))
    .mutation(({ ctx, input }) => retireSharedAuthority(ctx.team, input)),

  startRotation: teamProcedure('authority.manage')
    .input(
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('engine') }),
        z.object({ kind: z.literal('client'), membershipId: z.uuid() }),
      ]),
    )
    .mutation(({ ctx, input }) =>
      startRotation(
        ctx.team,
        input.kind === 'engine' ? { kind: 'engine' } : { kind: 'client', membershipId: input.membershipId },
      ),
    ),

  advance: teamProcedure('authority.manage')
    .input(
      z.object({
        rotationId: z.uuid(),
        machine: z.string().min(1).max(63).optional(),
        force: z.boolean().optional(),
      }),
    )
    .mutation(({ ctx, input }) => advanceRotation(ctx.team, input)),

  rollBack: teamProcedure('authority.manage')
    .input(z.object({ rotationId: z.uuid() }))
    .mutation(({ ctx, input }) => rollBackRotation(ctx.team, input)),
});
