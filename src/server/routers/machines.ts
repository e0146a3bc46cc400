import 'server-only';
import { z } from 'zod';

import { checkMachineName } from '@/server/operations/machines/check-machine-name';
import { createMachine } from '@/server/operations/machines/create-machine';
import { listAccessChoices } from '@/server/operations/machines/list-access-choices';
import { router, teamProcedure } from '@/server/trpc';

import { hostKeyInput, machineSettingsInput } from './machine-input';

/** The team's machines. */
export const machinesRouter = router({
  checkName: teamProcedure('machine.create')
    .input(z.object({ name: z.string().max(100) }))
    .query(({ ctx, input }) => checkMachineName(ctx.team, input)),

  accessChoices: teamProcedure('machine.create').query(({ ctx }) => listAccessChoices(ctx.team)),

  create: teamProcedure('machine.create')
    .input(
      z.object({
        ...machineSettingsInput,
        name: z.string().max(1000),
        access: z.array(z.uuid()).max(10_000).optional(),
        hostKey: hostKeyInput.optional(),
      }),
    )
    .mutation(({ ctx, input }) => createMachine(ctx.team, input)),
});
