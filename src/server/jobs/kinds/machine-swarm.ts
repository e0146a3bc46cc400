import { z } from 'zod';

import { swarmChoiceSchema } from '@/lib/swarm';
import { defineJobKind, type JobKind } from '@/server/jobs/job-kind';

import { connect } from './provision-steps';
import { leaveSteps, swarmSteps } from './swarm-steps';

const enterPayload = z.strictObject({ machineId: z.uuid(), swarm: swarmChoiceSchema });

/** Starts a swarm on a machine, or lets it join the one of another. The secrets for it are asked for when they are used. */
export const machineEnterSwarm: JobKind = defineJobKind<z.output<typeof enterPayload>, object>({
  id: 'machine.enter-swarm',
  payload: enterPayload,
  steps: ({ swarm }) => [connect, ...swarmSteps(swarm)],
});

const leavePayload = z.strictObject({ machineId: z.uuid(), isForced: z.boolean() });

/** Takes a machine out of its swarm. A manager is made a worker by another one before; forced it just goes. */
export const machineLeaveSwarm: JobKind = defineJobKind<z.output<typeof leavePayload>, object>({
  id: 'machine.leave-swarm',
  payload: leavePayload,
  steps: ({ isForced }) => [connect, ...leaveSteps(isForced)],
});
