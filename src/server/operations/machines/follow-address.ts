import 'server-only';
import { machineFollowAddress } from '@/server/jobs/kinds/machine-power';
import { startOwnJob } from '@/server/operations/jobs/start-own-job';
import type { Runtime } from '@/server/runtime';

/** A machine that could not be followed is not followed again at every look. */
const pauseMs = 10 * 60_000;

/** Starts the job that follows a machine to another address, where none is under way. */
export async function followAddress(
  runtime: Runtime,
  machine: { readonly id: string; readonly teamId: string; readonly name: string },
  address: string,
): Promise<void> {
  const jobId = await startOwnJob(runtime, { kind: machineFollowAddress, machine, pauseMs });
  if (jobId === null) return;
  runtime.log.info({ machineId: machine.id, jobId, address }, 'a machine is followed to another address');
  await runtime.bus.publish(`team:${machine.teamId}`);
}
