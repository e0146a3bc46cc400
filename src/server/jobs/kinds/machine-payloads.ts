import { z } from 'zod';

import { machineStates } from '@/lib/machine';

/** Payloads of the jobs on one machine. Stored with the job, so they hold no secret. */
export const machinePayload = z.strictObject({ machineId: z.uuid() });

export const removePayload = z.strictObject({
  machineId: z.uuid(),
  /**
   * restore: the host gets back what was there before, or where the driver has made it, it is removed at the provider.
   * forget: everything is left as it is.
   */
  mode: z.enum(['restore', 'forget']),
  /** Whether there is a host that outlives the machine, to be given back. */
  restoresHost: z.boolean().default(true),
  /** Whether it is in a swarm, which it is to leave first. */
  leavesSwarm: z.boolean().default(false),
  /** With restore: take the engine packages off again that the creation installed. */
  removeEngine: z.boolean(),
  /** With removeEngine: delete containers, images and volumes as well. */
  deleteData: z.boolean(),
  /** What the machine was before, and is again when the removal fails. */
  formerState: z.enum(machineStates),
});

export type RemovePayload = z.output<typeof removePayload>;
