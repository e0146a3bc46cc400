import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ImageSystem } from '@/lib/image';
import type { Hypervisor } from '@/server/hypervisors/hypervisor';
import { localRunner } from '@/server/hypervisors/local-runner';

import { kvm } from '.';
import { type Libvirt, libvirtAvailable, startLibvirt } from '../../../../e2e/lab/libvirt';
import { Bench } from '../contract-bench.test-support';
import { hypervisorId, imageId } from './kvm.test-support';
import { macAddress } from './names';

const available = await libvirtAvailable();
const enginePort = 23_761;

/**
 * Real libvirt and QEMU, and machines whose disk is empty: nothing boots, so that it takes seconds, and everything that libvirt is
 * asked for is really done. Where a machine is and that its SSH answers is pretended. e2e/kvm.test.ts boots one.
 */
describe.skipIf(!available.ok)('the KVM driver on a real libvirt', () => {
  let libvirt: Libvirt;
  let folder: string;

  beforeAll(async () => {
    libvirt = await startLibvirt();
    folder = await mkdtemp(join(tmpdir(), 'quaymaster-kvm-'));
    await chmod(folder, 0o755);
    await mkdir(join(folder, 'images'));
    await promisify(execFile)('qemu-img', ['create', '-q', '-f', 'qcow2', join(folder, 'images', 'image'), '1G']);
  });

  afterAll(async () => {
    await libvirt?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const hypervisor = (): Hypervisor => ({
    ...localRunner,
    run: async (command, signal) => {
      const result = await localRunner.run(command, signal);
      if (command.name !== 'ask for its address') return result;
      const mac = macAddress('team-1', 'machine-1');
      return { ...result, stdout: `${result.stdout} vnet0  ${mac}  ipv4  10.79.0.9/24\n` };
    },
    id: hypervisorId,
    name: 'this computer',
    isLocal: true,
    folder,
    dial: () => {
      const socket = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
      socket.push('SSH-2.0-OpenSSH_9.2\r\n');
      return Promise.resolve(socket);
    },
  });

  const benchOf = (system: ImageSystem, options: Record<string, unknown>) =>
    new Bench({
      driver: kvm(),
      options: { hypervisorId, imageId, memoryMiB: 512, cpus: 1, ...options },
      world: {
        hypervisor: () => Promise.resolve(hypervisor()),
        credential: () => Promise.reject(new Error('there is none')),
        sshKey: () => Promise.resolve({ id: 'key-1', publicKey: 'ssh-ed25519 AAAA' }),
        placeImage: () =>
          Promise.resolve({
            path: join(folder, 'images', 'image'),
            system,
            format: system === 'boot2docker' ? 'iso' : 'qcow2',
            architecture: 'amd64',
            sizeBytes: 1,
          }),
      },
    });

  const call = (test: Bench, verb: 'start' | 'kill' | 'pause' | 'save') =>
    test.fixture.driver[verb]?.(test.context, test.options, test.state);

  it.each<[string, ImageSystem, Record<string, unknown>, readonly string[]]>([
    ['on a network, from a cloud image', 'debian', { networkName: 'quaymaster' }, ['disk', 'domain', 'seed']],
    ['in user mode', 'debian', { networkKind: 'user', enginePort }, ['disk', 'domain', 'seed']],
    [
      'from an ISO, not started with its host',
      'boot2docker',
      { networkName: 'quaymaster', autostart: false },
      ['disk', 'domain'],
    ],
  ])('makes a machine %s, in every state, and removes it', async (_situation, system, options, kinds) => {
    const test = benchOf(system, options);
    await test.fixture.driver.precheck?.(test.context, test.options);
    await test.create();
    await test.create();
    expect(await test.observe()).toMatchObject({ state: 'running' });
    const told = await test.inventory('machine-1');
    expect(told.map(({ kind }) => kind).toSorted()).toEqual(kinds);
    const ids = (things: readonly { kind: string; name: string; providerId: string | null }[]) =>
      things.map(({ kind, name, providerId }) => `${kind} ${name} ${providerId}`).toSorted();
    expect(ids(told)).toEqual(ids(await test.ledger.list()));
    for (const [verb, state] of [
      ['pause', 'paused'],
      ['save', 'saved'],
      ['kill', 'stopped'],
    ] as const) {
      await call(test, verb);
      await call(test, verb);
      expect(await test.observe()).toMatchObject({ state });
      await call(test, 'start');
      expect(await test.observe()).toMatchObject({ state: 'running' });
    }
    await call(test, 'save');
    await test.remove();
    await test.remove();
    expect(await test.observe()).toMatchObject({ state: 'absent' });
    expect(await test.inventory(null)).toEqual([]);
    expect(await test.ledger.list()).toEqual([]);
    expect(await readdir(join(folder, 'machines'))).toEqual([]);
  });

  it('is told of networks, and refuses one that is not there', async () => {
    const test = benchOf('debian', { networkName: 'nowhere' });
    const choices = test.fixture.driver.choices?.['networkName'];
    expect(await choices?.(test.context, { ...test.options })).toEqual([{ value: 'quaymaster', label: 'quaymaster' }]);
    await expect(test.fixture.driver.precheck?.(test.context, test.options)).rejects.toMatchObject({
      fieldErrors: { 'options.networkName': expect.stringContaining('Choose one of: quaymaster.') as string },
    });
  });

  it('says that there is no such machine any more where somebody else has removed it', async () => {
    const test = benchOf('debian', { networkName: 'quaymaster' });
    await test.create();
    const [domain] = (await test.inventory('machine-1')).filter(({ kind }) => kind === 'domain');
    await libvirt.virsh('destroy', domain?.providerId ?? '');
    await libvirt.virsh('undefine', domain?.providerId ?? '');
    expect(await test.observe()).toMatchObject({ state: 'absent' });
    await expect(call(test, 'start')).rejects.toMatchObject({ code: 'driver.failed' });
    await test.remove();
    expect(await test.inventory(null)).toEqual([]);
  });
});
