import 'server-only';
import { z } from 'zod';

import { runCheck } from '@/server/operations/checks/run-check';
import { router, teamProcedure } from '@/server/trpc';

import { machineSettingsInput } from './machine-input';

/** Looking at a host before anything is changed. */
export const checksRouter = router({
  /**
   * A mutation, though it changes nothing: its input may hold a password, which must not stand in an address. Answers
   * with a stream of events (httpBatchStreamLink), which ends when the browser goes away.
   */
  run: teamProcedure('machine.check')
    .input(
      z.union([
        z.object({ machine: z.string().min(1).max(63) }),
        z.object({ ...machineSettingsInput, name: z.string().max(200).optional() }),
      ]),
    )
    .mutation(({ ctx, input, signal }) => runCheck(ctx.team, input, signal ?? new AbortController().signal)),
});
