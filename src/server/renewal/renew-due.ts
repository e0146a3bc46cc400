import 'server-only';
import { machineRenewCertificate } from '@/server/jobs/kinds/machine-renew-certificate';
import { settleRotation } from '@/server/operations/authorities/settle-rotation';
import { startOwnJob } from '@/server/operations/jobs/start-own-job';
import type { Runtime } from '@/server/runtime';

import { findDue } from './find-due';
import { warnHolders } from './warn-holders';

const renewEngines = async (runtime: Runtime, signal: AbortSignal): Promise<void> => {
  for (const machine of await findDue(runtime)) {
    signal.throwIfAborted();
    const jobId = await startOwnJob(runtime, { kind: machineRenewCertificate, machine });
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
