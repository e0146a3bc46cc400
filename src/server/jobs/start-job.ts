import 'server-only';
import type { AuditActor } from '@/server/audit/actor';
import type { Transaction } from '@/server/db/database';
import type { Prisma } from '@/server/db/generated/client';
import type { Runtime } from '@/server/runtime';

import type { JobKind } from './job-kind';

/**
 * Writes a job with its steps and hands it to the queue, all in the caller's transaction. `payload` must fit the kind's
 * schema and must hold no secret. Jobs of one machine run one after the other.
 */
export async function startJob(
  runtime: Runtime,
  tx: Transaction,
  input: {
    kind: JobKind;
    actor: AuditActor;
    machineId: string | null;
    subject: string;
    payload: Prisma.InputJsonObject;
    /** What it knows from the start. */
    checkpoint?: Prisma.InputJsonObject;
    /** The job that this one takes back. */
    rollsBackId?: string;
    /** The batch that it belongs to; with `isHeld` the batch delivers it later. */
    batch?: { readonly id: string; readonly isHeld: boolean };
  },
): Promise<{ id: string }> {
  const { kind, actor, machineId, subject, checkpoint, rollsBackId, batch } = input;
  const now = runtime.clock.now();
  const payload = kind.payload.parse(input.payload) as Prisma.InputJsonObject;
  const job = await tx.job.create({
    data: {
      teamId: actor.teamId,
      kind: kind.id,
      machineId,
      subject,
      payload,
      createdById: actor.userId ?? null,
      createdByName: actor.name,
      createdAt: now,
      deliveredAt: batch?.isHeld ? null : now,
      ...(checkpoint && { checkpoint }),
      ...(rollsBackId !== undefined && { rollsBackId }),
      ...(batch && { batchId: batch.id }),
      steps: { create: kind.steps(payload).map((step, index) => ({ index, name: step.name })) },
    },
    select: { id: true },
  });
  if (!batch?.isHeld) await runtime.queue.enqueue(tx, { jobId: job.id, key: machineId ?? job.id });
  return job;
}
