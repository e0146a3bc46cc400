import { z } from 'zod';

import { AppError } from '@/server/errors/app-error';
import { defineJobKind, type JobKind, type Step } from '@/server/jobs/job-kind';
import { removeFromHypervisor } from '@/server/operations/images/remove-from-hypervisor';

const payloadSchema = z.strictObject({
  copies: z.array(z.strictObject({ hypervisorHostId: z.uuid(), path: z.string() })),
});

type Payload = z.output<typeof payloadSchema>;

const removeCopies: Step<Payload, object> = {
  name: 'remove-copies',
  timeoutMs: 10 * 60_000,
  run: async ({ runtime, job, log, signal }) => {
    const problems: string[] = [];
    for (const copy of job.payload.copies) {
      try {
        log.info(await removeFromHypervisor(runtime, { teamId: job.teamId, ...copy, signal }));
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof AppError)) throw error;
        log.info(error.public);
        problems.push(error.public);
      }
    }
    if (problems.length === 0) return;
    throw new AppError({
      code: 'driver.unreachable',
      public: `${problems.length === 1 ? 'A copy is' : `${problems.length} copies are`} still there: ${problems[0] ?? ''} Retry once the host answers.`,
    });
  },
};

/** Removes files of images that are in the library no more, or are not to be kept, from hypervisor hosts. */
export const imageRemoveCopies: JobKind = defineJobKind<Payload, object>({
  id: 'image.remove-copies',
  payload: payloadSchema,
  steps: () => [removeCopies],
});
