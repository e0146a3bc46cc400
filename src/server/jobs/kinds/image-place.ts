import { z } from 'zod';

import { defineJobKind, type JobKind, type Step } from '@/server/jobs/job-kind';
import { placeImage, placeTimeoutMs } from '@/server/operations/images/place-image';

const payloadSchema = z.strictObject({ imageId: z.uuid(), hypervisorHostId: z.uuid() });

type Payload = z.output<typeof payloadSchema>;

const place: Step<Payload, object> = {
  name: 'place-image',
  timeoutMs: placeTimeoutMs,
  run: async ({ runtime, job, log, signal }) => {
    const { teamId, payload } = job;
    const hypervisor = await runtime.hypervisors.open({ teamId, id: payload.hypervisorHostId }, signal);
    await placeImage(runtime, { teamId, imageId: payload.imageId, hypervisor, log, signal });
    await runtime.bus.publish(`team:${teamId}`);
  },
};

/** Puts an image on a hypervisor host before a machine needs it there. */
export const imagePlace: JobKind = defineJobKind<Payload, object>({
  id: 'image.place',
  payload: payloadSchema,
  steps: () => [place],
});
