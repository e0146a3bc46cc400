import { defineJobKind, type JobKind } from '@/server/jobs/job-kind';

import { powerStep, waitUntilBack, waitUntilOff } from './lifecycle-steps';
import { machinePayload } from './machine-payloads';

const powerKind = (id: string, steps: ReturnType<JobKind['steps']>): JobKind =>
  defineJobKind({ id, payload: machinePayload, steps: () => steps });

/** Switches a machine on through its driver, and waits until its engine answers. */
export const machineStart = powerKind('machine.start', [powerStep('start', 'The machine starts.'), waitUntilBack]);

/** Has a machine shut down through its driver, and waits until it is off. */
export const machineStop = powerKind('machine.stop', [powerStep('stop', 'The machine shuts down.'), waitUntilOff]);

/** Switches a machine off through its driver, without asking its operating system. */
export const machineKill = powerKind('machine.kill', [powerStep('kill', 'The machine is switched off.'), waitUntilOff]);

/** Restarts the operating system of a machine through its driver, and waits until its engine answers again. */
export const machineRestart = powerKind('machine.restart', [powerStep('restart', 'The host restarts.'), waitUntilBack]);
