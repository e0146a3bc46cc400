import 'server-only';
import { z } from 'zod';

import { describeDriver } from '@/server/operations/drivers/describe-driver';
import { listChoices } from '@/server/operations/drivers/list-choices';
import { listDrivers } from '@/server/operations/drivers/list-drivers';
import { router, teamProcedure } from '@/server/trpc';

/** The platforms that machines can be made on. */
export const driversRouter = router({
  list: teamProcedure('machine.create').query(({ ctx }) => listDrivers(ctx.team)),

  describe: teamProcedure('machine.create')
    .input(z.object({ driver: z.string().max(64) }))
    .query(({ ctx, input }) => describeDriver(ctx.team, input)),

  choices: teamProcedure('machine.create')
    .input(
      z.object({ driver: z.string().max(64), field: z.string().max(64), options: z.record(z.string(), z.unknown()) }),
    )
    .query(({ ctx, input }) => listChoices(ctx.team, input)),
});
