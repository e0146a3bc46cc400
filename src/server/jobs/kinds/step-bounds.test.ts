import { describe, expect, it } from 'vitest';

import { removalWaitsMs as ec2Removal } from '@/server/drivers/amazonec2/things';
import { bootTimeoutMs } from '@/server/drivers/kvm/boot';
import { diskTimeoutMs } from '@/server/drivers/kvm/ensure-files';
import { saveTimeoutMs, shutdownTimeoutMs } from '@/server/drivers/kvm/power';
import { convertTimeoutMs } from '@/server/drivers/virtualbox/disk';
import { powerWaits } from '@/server/drivers/virtualbox/power';
import { callTimeoutMs, lockWaitMs } from '@/server/drivers/virtualbox/vbox';
import type { JobKind } from '@/server/jobs/job-kind';
import { placeTimeoutMs } from '@/server/operations/images/place-image';

import { createSteps } from './create-steps';
import { machineCreate } from './machine-create';
import { machineKill, machinePause, machineRestart, machineSave, machineStart, machineStop } from './machine-power';
import { machineRemove } from './machine-remove';
import { bootWaitMs } from './provision-steps';
import { tombstoneRemove } from './tombstone-remove';

const machineId = '00000000-0000-4000-8000-000000000001';
const firstBound = (kind: JobKind): number =>
  kind.steps(kind.payload.parse({ machineId })).find(({ name }) => name.endsWith('-host'))?.timeoutMs ?? 0;

const change = lockWaitMs + callTimeoutMs;
const virtualbox = {
  // Connecting its card, choosing its port, switching it on, signing in.
  start: 2 * change + lockWaitMs + powerWaits.start + powerWaits.boot,
  stop: change + powerWaits.off,
  save: lockWaitMs + powerWaits.save + powerWaits.off,
};
const kvm = { start: saveTimeoutMs + bootTimeoutMs, stop: shutdownTimeoutMs, save: saveTimeoutMs };

describe('a step that asks a driver', () => {
  it.each([
    ['start', machineStart, virtualbox.start, kvm.start],
    ['stop', machineStop, virtualbox.stop, kvm.stop],
    ['kill', machineKill, virtualbox.stop, kvm.stop],
    ['pause', machinePause, change, kvm.stop],
    ['save', machineSave, virtualbox.save, kvm.save],
    ['restart', machineRestart, virtualbox.stop + virtualbox.start, kvm.stop + kvm.start],
  ] as const)('%s has no less time than the waits of the drivers add up to', (_, kind, inVirtualBox, inKvm) => {
    expect(firstBound(kind)).toBeGreaterThanOrEqual(Math.max(inVirtualBox, inKvm));
  });

  it('creation has the time to send an image, to make a disk and to boot', () => {
    const parts =
      placeTimeoutMs + lockWaitMs + convertTimeoutMs + Math.max(virtualbox.start, diskTimeoutMs + kvm.start);
    expect(createSteps.createMachine.timeoutMs).toBeGreaterThanOrEqual(parts);
  });
  it('the first sign-in has the time that a new host takes to boot', () => {
    const steps = machineCreate.steps(machineCreate.payload.parse({ machineId, provisioning: 'ssh' }));
    expect(steps.find(({ name }) => name === 'connect')?.timeoutMs).toBeGreaterThan(bootWaitMs);
  });
  it.each([
    [
      'of a machine',
      machineRemove,
      { machineId, mode: 'restore', removeEngine: false, deleteData: false, formerState: 'running' },
    ],
    ['of what is left of one', tombstoneRemove, { tombstoneId: machineId }],
  ] as const)('the removal %s has the time that the waits of the drivers add up to', (_, kind, payload) => {
    const steps = kind.steps(kind.payload.parse(payload));
    const bound = steps.find(({ name }) => name === 'remove-at-provider')?.timeoutMs;
    expect(bound).toBeGreaterThan(Math.max(ec2Removal, virtualbox.stop + change, kvm.stop));
  });
});
