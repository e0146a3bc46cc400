import 'server-only';
import type { SkippedMachine } from '@/lib/batch';
import { removalPhrase } from '@/lib/machine-action';
import { recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';
import { AppError } from '@/server/errors/app-error';
import { deliverHeldJobs } from '@/server/jobs/batches';
import type { TeamContext } from '@/server/operations/team-context';

import {
  assertMayBatch,
  type BatchRequest,
  type ChosenMachine,
  chooseMachines,
  kindOf,
  notThere,
  refusalOf,
  startHeldJob,
} from './batch-request';

export interface StartBatchInput extends BatchRequest {
  readonly atOnce: number;
  /** With remove: what the person typed. */
  readonly confirm?: string | undefined;
}

interface Split {
  readonly accepted: readonly ChosenMachine[];
  readonly skipped: readonly SkippedMachine[];
}

const split = async (ctx: TeamContext, tx: Transaction, request: BatchRequest): Promise<Split> => {
  const chosen = await chooseMachines(tx, request.machines);
  const accepted: ChosenMachine[] = [];
  const skipped: SkippedMachine[] = [];
  for (const name of new Set(request.machines)) {
    const machine = chosen.get(name);
    const reason = machine ? refusalOf(ctx, machine, request)?.public : notThere(name);
    if (machine && reason === undefined) accepted.push(machine);
    else skipped.push({ machine: name, reason: reason ?? notThere(name) });
  }
  return { accepted, skipped };
};

const assertConfirmed = ({ action, confirm }: StartBatchInput, count: number): void => {
  if (action !== 'remove' || confirm === removalPhrase(count)) return;
  const sentence = `Type "${removalPhrase(count)}" to confirm.`;
  throw new AppError({ code: 'input.invalid', public: sentence, fieldErrors: { confirm: sentence } });
};

const write = async (ctx: TeamContext, tx: Transaction, input: StartBatchInput): Promise<string> => {
  const { accepted, skipped } = await split(ctx, tx, input);
  const [first] = skipped;
  if (accepted.length === 0) {
    throw new AppError({
      code: 'machine.wrong-state',
      public: `None of the machines can be acted on. ${first?.reason ?? ''}`.trim(),
    });
  }
  assertConfirmed(input, accepted.length);
  const { actor, runtime } = ctx;
  const batch = await tx.jobBatch.create({
    data: {
      teamId: actor.teamId,
      kind: kindOf(input.action).id,
      atOnce: input.atOnce,
      skipped: skipped.map((row) => ({ ...row })),
      createdById: actor.userId,
      createdByName: actor.name,
      createdAt: runtime.clock.now(),
    },
    select: { id: true },
  });
  for (const machine of accepted) await startHeldJob(ctx, tx, { machine, request: input, batchId: batch.id });
  await recordAudit(tx, actor, {
    action: 'batch.started',
    target: { type: 'batch', id: batch.id, name: input.action },
    after: { machines: accepted.map(({ name }) => name), skipped: skipped.map(({ machine }) => machine) },
  });
  return batch.id;
};

/**
 * Starts one job for each machine that can be acted on, `atOnce` of them at a time; the others are kept with the reason.
 * Throws auth.forbidden, machine.wrong-state where no machine can be acted on, input.invalid (field confirm).
 */
export async function startBatch(ctx: TeamContext, input: StartBatchInput): Promise<{ batchId: string }> {
  assertMayBatch(ctx, input.action);
  const batchId = await ctx.db.$transaction((tx) => write(ctx, tx, input), { timeout: 120_000 });
  await deliverHeldJobs(ctx.runtime);
  await ctx.runtime.bus.publish(`team:${ctx.actor.teamId}`);
  return { batchId };
}
