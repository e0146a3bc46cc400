import 'server-only';
import type { Runtime } from '@/server/runtime';

import { compareWithProvider } from './compare-with-provider';

const timeoutMs = 30_000;

/**
 * Compares a machine whose creation has ended badly with its provider, so that what was asked for and never confirmed is
 * known to be there or not. Where the provider does not answer the rows stay as they are, for a comparison by hand.
 */
export async function settleFailedCreation(
  runtime: Runtime,
  job: { readonly id: string; readonly teamId: string; readonly machineId: string | null },
): Promise<void> {
  const { id: jobId, teamId, machineId } = job;
  if (machineId === null) return;
  try {
    const { slug } = await runtime.database.prisma.team.findUniqueOrThrow({
      where: { id: teamId },
      select: { slug: true },
    });
    await compareWithProvider(runtime, {
      team: { id: teamId, slug },
      machineId,
      timeoutMs,
      exceptJobId: jobId,
    });
  } catch (err) {
    // Allowed: the comparison only tells more; the job has ended all the same.
    runtime.log.warn({ err, jobId }, 'a failed creation could not be compared with its provider');
  }
}
