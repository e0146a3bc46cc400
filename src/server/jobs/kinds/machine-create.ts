import { z } from 'zod';

import { swarmChoiceSchema } from '@/lib/swarm';
import { Prisma } from '@/server/db/generated/client';
import { defineJobKind, type JobKind, type Step } from '@/server/jobs/job-kind';
import { settleFailedCreation } from '@/server/operations/ledger/settle-failed-creation';

import { createSteps } from './create-steps';
import { firstProvisionSteps } from './provision-steps';
import { swarmSteps } from './swarm-steps';

const payload = z.strictObject({
  machineId: z.uuid(),
  /** ssh: the console signs in and sets the engine up. none: there is no host to sign in to. */
  provisioning: z.enum(['ssh', 'none']),
  /** What is to serve the engine's port. */
  enforcement: z.enum(['gate', 'engine']).default('engine'),
  /** Whether the host is the machine's own, and is called like it; one that was there before keeps its name. */
  namesHost: z.boolean().default(false),
  swarm: swarmChoiceSchema.optional(),
});

type Payload = z.output<typeof payload>;

const stepsOf = ({ provisioning, enforcement, namesHost, swarm }: Payload): readonly Step<unknown, object>[] => [
  createSteps.createMachine,
  ...(provisioning === 'ssh' ? firstProvisionSteps({ enforcement, namesHost }) : []),
  ...(provisioning === 'ssh' && swarm ? swarmSteps(swarm) : []),
  createSteps.finish,
];

/** Makes a machine and sets up its engine. Each step may run again; what it made stays, so a retry goes on from it. */
export const machineCreate: JobKind = defineJobKind<Payload, object>({
  id: 'machine.create',
  payload,
  steps: stepsOf,
  onEnded: async ({ runtime, job }) => {
    await runtime.database.prisma.machine.updateMany({
      where: { id: job.machineId ?? '', state: 'creating' },
      data: { state: 'failed', changedAt: runtime.clock.now() },
    });
    await settleFailedCreation(runtime, job);
  },
  onRetried: async ({ tx, machineId }) => {
    await tx.machine.updateMany({ where: { id: machineId ?? '', state: 'failed' }, data: { state: 'creating' } });
  },
  // It stays failed: retry makes it anew, and removing it has nothing left to take away.
  onRolledBack: async ({ tx, job }) => {
    const machineId = job.machineId ?? '';
    await tx.machine.updateMany({
      where: { id: machineId, teamId: job.teamId },
      data: {
        gate: Prisma.DbNull,
        facts: Prisma.DbNull,
        health: Prisma.DbNull,
        confirmedVersion: 0,
        confirmedAt: null,
        leaseUntil: null,
      },
    });
    await tx.admission.updateMany({ where: { machineId, teamId: job.teamId }, data: { confirmedAt: null } });
  },
});
