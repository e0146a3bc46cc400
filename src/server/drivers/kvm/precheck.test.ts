import { describe, expect, it } from 'vitest';

import type { AppError } from '@/server/errors/app-error';

import { hypervisorId, imageId } from './kvm.test-support';
import { options } from './options';
import { assertFits, type Surroundings } from './precheck';

const roomy: Surroundings = {
  architecture: 'x86_64',
  cpus: 4,
  memoryFreeMiB: 8000,
  memoryTotalMiB: 16_000,
  diskFreeMiB: 100_000,
  missing: [],
  hasKvm: false,
  closedFolder: '',
  networks: [
    { name: 'default', isActive: true },
    { name: 'spare', isActive: false },
  ],
  bridges: ['br0'],
  ports: { listening: new Set([22, 2376]), promised: new Set([2378]) },
};

const refusal = (facts: Partial<Surroundings>, wanted: Record<string, unknown> = {}) => {
  const parsed = options.parse({ hypervisorId, imageId, ...wanted });
  try {
    assertFits({ ...roomy, ...facts }, parsed, 'rack-1');
    return null;
  } catch (error) {
    return error as AppError;
  }
};

describe('assertFits', () => {
  it.each<[string, Record<string, unknown>]>([
    ['a network of libvirt', {}],
    ['a bridge', { networkKind: 'bridge', networkName: 'br0' }],
    ['user mode with a port that nobody has', { networkKind: 'user', enginePort: 2377 }],
    ['emulation where there is no KVM', { acceleration: 'auto' }],
  ])('lets pass: %s', (_situation, wanted) => {
    expect(refusal({}, wanted)).toBeNull();
  });

  it.each<[string, Partial<Surroundings>, Record<string, unknown>, string, RegExp]>([
    ['no qemu-img', { missing: ['qemu-img'] }, {}, 'hypervisorId', /rack-1 lacks qemu-img\. Install there/],
    ['another architecture', { architecture: 'aarch64' }, {}, 'hypervisorId', /is a aarch64 machine/],
    ['a home that is closed', { closedFolder: '/home/kim' }, {}, 'hypervisorId', /may not pass through \/home\/kim/],
    ['KVM that is missing', {}, { acceleration: 'kvm' }, 'acceleration', /KVM does not work on rack-1/],
    ['more CPUs than there are', {}, { cpus: 5 }, 'cpus', /has 4 CPUs/],
    [
      'more memory than is free',
      {},
      { memoryMiB: 7900 },
      'memoryMiB',
      /8000 MiB of its 16000 MiB free; this machine takes 8100/,
    ],
    ['a disk beyond all promises', {}, { diskGiB: 1000 }, 'diskGiB', /97 GiB free/],
    ['a full disk', { diskFreeMiB: 100 }, {}, 'hypervisorId', /100 MiB free for disks; a machine takes 2048/],
    ['an unknown network', {}, { networkName: 'blue' }, 'networkName', /no network "blue"\. Choose one of: default\./],
    ['a network that is off', {}, { networkName: 'spare' }, 'networkName', /not active .* virsh net-start spare/],
    ['an unknown bridge', {}, { networkKind: 'bridge', networkName: 'br9' }, 'networkName', /It has: br0/],
    ['a port that is taken', {}, { networkKind: 'user' }, 'enginePort', /Port 2376 of rack-1 is in use/],
    [
      "another machine's port",
      {},
      { networkKind: 'user', enginePort: 2378 },
      'enginePort',
      /Port 2378 of rack-1 belongs to another/,
    ],
  ])('refuses at its field: %s', (_situation, facts, wanted, field, sentence) => {
    const error = refusal(facts, wanted);
    expect(error?.fieldErrors).toMatchObject({ [`options.${field}`]: expect.stringMatching(sentence) as string });
    expect(error?.public).toMatch(sentence);
  });

  it('tells several faults at once, each at its field', () => {
    const error = refusal({}, { cpus: 5, networkName: 'blue' });
    expect(Object.keys(error?.fieldErrors ?? {}).toSorted()).toEqual(['options.cpus', 'options.networkName']);
  });
});

describe('options', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['a bridge without a name', { networkKind: 'bridge' }, 'networkName'],
    ['a network in a session', { connection: 'session' }, 'networkKind'],
    ["the host's own CPU, emulated", { acceleration: 'emulated', cpuMode: 'host-passthrough' }, 'cpuMode'],
    ['a name that libvirt has another meaning for', { networkName: '--all' }, 'networkName'],
    ['root', { sshUser: 'root' }, 'sshUser'],
  ])('refuse %s', (_situation, wanted, field) => {
    const { error } = options.safeParse({ hypervisorId, imageId, ...wanted });
    expect(error?.issues.map(({ path }) => path.join('.'))).toEqual([field]);
  });
});
