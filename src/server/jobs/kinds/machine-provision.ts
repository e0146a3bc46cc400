import { z } from 'zod';

import { defineJobKind, type JobKind } from '@/server/jobs/job-kind';

import { createSteps } from './create-steps';
import { provisionSteps } from './provision-steps';

const payload = z.strictObject({
  machineId: z.uuid(),
  enforcement: z.enum(['gate', 'engine']),
  /** As for the creation. */
  namesHost: z.boolean().default(false),
});

/**
 * Sets up the engine of a machine once more: the steps of its creation on the host that it has. What is there already and as it
 * should be is left alone. It has no roll-back, since what could come back is the host before it was a machine.
 */
export const machineProvision: JobKind = defineJobKind<z.output<typeof payload>, object>({
  id: 'machine.provision',
  payload,
  steps: ({ enforcement, namesHost }) => [...provisionSteps({ enforcement, namesHost }), createSteps.finish],
});
