import 'server-only';
import type { Transaction } from '@/server/db/database';
import { AppError } from '@/server/errors/app-error';

/** Throws machine.wrong-state while another job works on the machine. Call it inside the transaction of the new job. */
export async function assertIdle(tx: Transaction, machine: { id: string; name: string }): Promise<void> {
  const job = await tx.job.findFirst({
    where: { machineId: machine.id, state: { in: ['queued', 'running', 'waiting', 'cancelling'] } },
    select: { kind: true },
  });
  if (!job) return;
  throw new AppError({
    code: 'machine.wrong-state',
    public: `A job is still working on ${machine.name}. Wait for its end, or cancel it, then try again.`,
    internal: job.kind,
  });
}
