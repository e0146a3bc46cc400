import 'server-only';
import { z } from 'zod';

import { listSelfTests } from '@/server/operations/self-tests/list-self-tests';
import { readGrid } from '@/server/operations/self-tests/read-grid';
import { startSelfTests } from '@/server/operations/self-tests/start-self-tests';
import { router, teamProcedure } from '@/server/trpc';

const machineName = z.string().min(1).max(63);

/** The console's own attacks on the machines of the team, and what became of them. */
export const selfTestsRouter = router({
  /** An empty list names every machine that is there. */
  start: teamProcedure('self-test.run')
    .input(z.object({ machines: z.array(machineName).max(500) }))
    .mutation(({ ctx, input }) => startSelfTests(ctx.team, input)),
  grid: teamProcedure('self-test.read').query(({ ctx }) => readGrid(ctx.team)),
  list: teamProcedure('self-test.read')
    .input(z.object({ machine: machineName, limit: z.number().int().min(1).max(100).default(20) }))
    .query(({ ctx, input }) => listSelfTests(ctx.team, input)),
});
