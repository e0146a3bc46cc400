import { defineJobKind, type JobKind } from '@/server/jobs/job-kind';

import { findAddress, renewForAddress } from './address-steps';
import { powerStep, waitUntil, waitUntilBack } from './lifecycle-steps';
import { machinePayload } from './machine-payloads';

const powerKind = (id: string, steps: ReturnType<JobKind['steps']>): JobKind =>
  defineJobKind({ id, payload: machinePayload, steps: () => steps });

/** What may have changed while a machine was off: its address, and with it what its certificate has to name. */
const backSteps = [findAddress, renewForAddress, waitUntilBack];

/** Switches a machine on through its driver, or lets it go on from a pause, and waits until its engine answers. */
export const machineStart = powerKind('machine.start', [powerStep('start', 'The machine starts.'), ...backSteps]);

/** Has a machine shut down through its driver, and waits until it is off. */
export const machineStop = powerKind('machine.stop', [
  powerStep('stop', 'The machine shuts down.'),
  waitUntil('stopped'),
]);

/** Switches a machine off through its driver, without asking its operating system. */
export const machineKill = powerKind('machine.kill', [
  powerStep('kill', 'The machine is switched off.'),
  waitUntil('stopped'),
]);

/** Lets a machine stand still in the memory of its hypervisor; start goes on from there. */
export const machinePause = powerKind('machine.pause', [
  powerStep('pause', 'The machine is paused.'),
  waitUntil('paused'),
]);

/** Writes the memory of a machine to disk and switches it off; start goes on from there. */
export const machineSave = powerKind('machine.save', [powerStep('save', 'The machine is saved.'), waitUntil('saved')]);

/** Restarts the operating system of a machine through its driver, and waits until its engine answers again. */
export const machineRestart = powerKind('machine.restart', [powerStep('restart', 'The host restarts.'), ...backSteps]);

/** Follows a machine to the address that its provider tells of, where that is not the one that the console knows. */
export const machineFollowAddress = powerKind('machine.follow-address', backSteps);
