import 'server-only';
import { consoleActor } from '@/server/audit/actor';
import type { JobKind } from '@/server/jobs/job-kind';
import { startJob } from '@/server/jobs/start-job';
import type { Runtime } from '@/server/runtime';

import { activeStates } from './job-rows';

interface OwnJob {
  readonly kind: JobKind;
  readonly machine: { readonly id: string; readonly teamId: string; readonly name: string };
  /** After a job of this kind that has ended, the next one waits so long. Default: not at all. */
  readonly pauseMs?: number;
}

/**
 * Starts a job on a machine that nobody has asked for, in the console's own name, where no other one works on the machine.
 * Out: its id; null where nothing was started. The machine is locked, so that of several replicas one starts it.
 */
export const startOwnJob = (runtime: Runtime, { kind, machine, pauseMs = 0 }: OwnJob): Promise<string | null> =>
  runtime.database.prisma.$transaction(async (tx) => {
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`own-job:${machine.id}`}, 0))`;
    const recent = new Date(runtime.clock.now().getTime() - pauseMs);
    const other = await tx.job.findFirst({
      where: {
        machineId: machine.id,
        OR: [{ state: { in: [...activeStates] } }, { kind: kind.id, finishedAt: { gt: recent } }],
      },
      select: { id: true },
    });
    if (other) return null;
    const { id } = await startJob(runtime, tx, {
      kind,
      actor: consoleActor(machine.teamId),
      machineId: machine.id,
      subject: machine.name,
      payload: { machineId: machine.id },
    });
    return id;
  });
