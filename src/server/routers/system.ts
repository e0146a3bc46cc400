import 'server-only';
import { z } from 'zod';

import { emailSchema } from '@/lib/account';
import { sampleSpanSchema } from '@/lib/system-sample';
import { describeSystem } from '@/server/operations/system/describe-system';
import { listSamples } from '@/server/operations/system/list-samples';
import { listOperators, setOperator } from '@/server/operations/system/operators';
import { operatorProcedure, router } from '@/server/trpc';

/** The installation as a whole, for those who run it. */
export const systemRouter = router({
  get: operatorProcedure.query(({ ctx }) => describeSystem(ctx.runtime)),

  samples: operatorProcedure
    .input(z.strictObject({ span: sampleSpanSchema }))
    .query(({ ctx, input }) => listSamples(ctx.runtime, input.span)),

  operators: operatorProcedure.query(({ ctx }) => listOperators(ctx)),

  setOperator: operatorProcedure
    .input(z.strictObject({ email: emailSchema, isOperator: z.boolean() }))
    .mutation(({ ctx, input }) => setOperator(ctx, input)),
});
