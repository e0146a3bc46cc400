import 'server-only';
import { consoleActor } from '@/server/audit/actor';
import { machineRenewCertificate } from '@/server/jobs/kinds/machine-renew-certificate';
import { startJob } from '@/server/jobs/start-job';
import { settleRotation } from '@/server/operations/authorities/settle-rotation';
import type { Runtime } from '@/server/runtime';

import { type DueMachine, findDue } from './find-due';
import { warnHolders } from './warn-holders';

// The row is locked, so that of several replicas one starts the job; whoever comes second sees it.
const start = (runtime: Runtime, { id, teamId, name }: DueMachine): Promise<string | null> =>
  runtime.database.prisma.$transaction(async (tx) => {
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`renewal:${id}`}, 0))`;
    const busy = await tx.job.findFirst({
      where: { machineId: id, state: { in: ['queued', 'running', 'waiting', 'cancelling'] } },
      select: { id: true },
    });
    if (busy) return null;
    const job = await startJob(runtime, tx, {
      kind: machineRenewCertificate,
      actor: consoleActor(teamId),
      machineId: id,
      subject: name,
      payload: { machineId: id },
    });
    return job.id;
  });

const renewEngines = async (runtime: Runtime, signal: AbortSignal): Promise<void> => {
  for (const machine of await findDue(runtime)) {
    signal.throwIfAborted();
    const jobId = await start(runtime, machine);
    if (jobId === null) continue;
    runtime.log.info({ machineId: machine.id, jobId, why: machine.why }, "an engine's certificate is renewed");
    await runtime.bus.publish(`team:${machine.teamId}`);
  }
};

const settleOpen = async (runtime: Runtime): Promise<void> => {
  const { prisma } = runtime.database;
  const open = await prisma.rotation.findMany({ where: { finishedAt: null }, select: { teamId: true } });
  for (const { teamId } of open) await prisma.$transaction((tx) => settleRotation(runtime, tx, teamId));
};

/**
 * One round of what is renewed without anybody asking: starts a job for each machine whose engine needs another certificate,
 * tells members of certificates that end within a week, and lets rotations go on whose last machine was removed. To be
 * called about once a minute; a round that finds nothing costs a few queries. A part that fails is logged and does not keep
 * the others from their turn.
 */
export async function renewDue(runtime: Runtime, signal: AbortSignal): Promise<void> {
  for (const part of [renewEngines, warnHolders, settleOpen]) {
    signal.throwIfAborted();
    try {
      await part(runtime, signal);
    } catch (err) {
      signal.throwIfAborted();
      runtime.log.warn({ err, part: part.name }, 'a part of the renewal round failed; the next round tries again');
    }
  }
}
