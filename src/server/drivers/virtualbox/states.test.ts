import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { AppError } from '@/server/errors/app-error';

import { Bench } from '../contract-bench.test-support';
import { publicKey, VirtualBoxBench } from './bench.test-support';
import { callOrder } from './call-order';
import { isReading } from './double/double.test-support';
import type { VmState } from './double/world.test-support';

vi.setConfig({ testTimeout: 120_000 });

const root = mkdtempSync(join(tmpdir(), 'qm-vbox-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let host: VirtualBoxBench;
let bench: Bench;
beforeEach(() => {
  host = new VirtualBoxBench(mkdtempSync(join(root, 's-')));
  bench = new Bench(host.fixture);
});
afterEach(() => host.close());

type Verb = 'start' | 'stop' | 'restart' | 'kill' | 'pause' | 'save';
const act = (verb: Verb) => bench.fixture.driver[verb]?.(bench.context, bench.options, bench.state);
const is = (state: VmState) => host.double.change(({ vms }) => vms.forEach((vm) => (vm.state = state)));
const rejection = (promise: Promise<unknown> | undefined) =>
  Promise.resolve(promise).then(
    () => undefined,
    (error: unknown) => error,
  );

/** What a verb calls on a machine in a state, and where it leads. */
const order = async (state: VmState, verb: Verb): Promise<readonly string[]> => {
  is(state);
  host.double.calls.length = 0;
  await act(verb);
  return host.changes();
};

describe('the calls of VBoxManage', () => {
  it('are those that the documents show, in their order', async () => {
    await bench.create();
    const seen: Record<string, readonly string[]> = { 'Create, the first machine of a network': host.changes() };
    seen['Start, from poweroff or aborted'] = await order('poweroff', 'start');
    expect(await order('aborted', 'start')).toEqual(seen['Start, from poweroff or aborted']);
    seen['Start, from saved'] = await order('saved', 'start');
    seen['Start, from paused'] = await order('paused', 'start');
    seen['Start, from running'] = await order('running', 'start');
    seen['Stop, from running'] = await order('running', 'stop');
    seen['Stop, from paused'] = await order('paused', 'stop');
    seen['Stop, from poweroff, aborted or saved'] = await order('poweroff', 'stop');
    expect(await order('saved', 'stop')).toEqual([]);
    seen['Kill, from running or paused'] = await order('running', 'kill');
    expect(await order('paused', 'kill')).toEqual(seen['Kill, from running or paused']);
    seen['Kill, from saved'] = await order('saved', 'kill');
    seen['Pause, from running'] = await order('running', 'pause');
    seen['Save, from running or paused'] = await order('running', 'save');
    is('running');
    host.double.calls.length = 0;
    const vm = host.vm().uuid;
    await bench.remove();
    seen['Remove, from running or paused, the last machine of a network'] = host.changes({ VM: vm });
    expect(seen).toEqual(callOrder);
  });

  it('never touch a virtual machine of somebody else', async () => {
    await bench.create();
    const own = host.vm().uuid;
    host.double.change(({ vms }) => {
      const [vm] = vms;
      if (vm) {
        vms.push({
          ...vm,
          uuid: 'a0000000-0000-4000-8000-000000000001',
          name: 'theirs',
          groups: '/',
          state: 'running',
        });
      }
    });
    host.double.calls.length = 0;
    await bench.remove();
    expect(host.double.read().vms.map(({ name }) => name)).toEqual(['theirs']);
    const touched = host.double.calls.filter(
      (call) => !isReading(call) && call.some((word) => word.includes('a0000000')),
    );
    expect(touched).toEqual([]);
    expect(host.double.calls.some((call) => call.includes(own))).toBe(true);
    // It is connected to the adapter, which therefore stays.
    expect(host.things().map(({ kind }) => kind)).toEqual(['virtual-machine', 'host-only-adapter', 'dhcp-server']);
    expect(bench.lines.join('\n')).toContain('stays: the virtual machine theirs uses it');
  });
});

describe('a machine in VirtualBox', () => {
  it('has a disk that begins with what makes boot2docker format it and let the key in', async () => {
    await bench.create();
    const disk = readFileSync(host.vm().media['SATA-1-0'] ?? '');
    const text = disk.toString('latin1');
    expect(text).toContain(`VMDK of ${20_000 * 1024 * 1024} bytes\nboot2docker, please format-me`);
    expect(text).toContain('.ssh/authorized_keys');
    expect(text).toContain(publicKey);
  });

  it.each([
    ['running', 'running'],
    ['paused', 'paused'],
    ['saved', 'saved'],
    ['poweroff', 'stopped'],
    ['aborted', 'stopped'],
    ['gurumeditation', 'unreachable'],
  ] as const)('in the state %s is observed as %s', async (state, observed) => {
    await bench.create();
    is(state);
    expect(await bench.observe()).toMatchObject({ state: observed });
  });

  it('keeps its address over stop and start, and its port where it is free', async () => {
    await bench.create();
    const before = { ...bench.state };
    await act('stop');
    await act('start');
    expect(bench.state).toEqual(before);
    await act('stop');
    const taken = createServer().listen(Number(before['sshPort']), '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    await act('start');
    taken.close();
    expect(bench.state['sshPort']).not.toBe(before['sshPort']);
    expect(bench.state['address']).toBe(before['address']);
    expect(Object.values(host.vm().forwarding)).toEqual([`ssh,tcp,127.0.0.1,${bench.state['sshPort'] as number},,22`]);
  });

  it('learns the address that it has after a start', async () => {
    await bench.create();
    await act('stop');
    host.double.change(({ servers }) => {
      for (const server of servers) Object.assign(server, { fixed: {}, lowerIp: '192.168.59.200' });
    });
    is('paused');
    await act('start');
    expect(bench.state['address']).toBe('192.168.59.200');
    expect(await bench.observe()).toMatchObject({ address: '192.168.59.200' });
  });

  it('gets its adapter back at its next start, where somebody removed it', async () => {
    await bench.create();
    is('poweroff');
    host.double.change((world) => {
      world.adapters.length = 0;
      world.servers.length = 0;
    });
    await act('start');
    expect(host.double.read().adapters).toMatchObject([{ name: 'vboxnet0', ip: '192.168.59.1' }]);
    await bench.remove();
    expect(await bench.left()).toEqual({ ledger: [], provider: [] });
  });

  it('gets an adapter before it goes on from where it was saved, and takes another one where it has to', async () => {
    await bench.create();
    await act('save');
    host.double.change((world) => {
      world.adapters.splice(0, 1, {
        name: 'vboxnet0',
        uuid: '00000000-0000-4000-8000-0000000000aa',
        ip: '10.9.8.1',
        mask: '255.255.255.0',
      });
      world.servers.length = 0;
    });
    await act('start');
    const [theirs, own] = host.double.read().adapters;
    expect(theirs).toMatchObject({ name: 'vboxnet0', ip: '10.9.8.1' });
    expect(own).toMatchObject({ name: 'vboxnet1', ip: '192.168.59.1' });
    expect(host.vm().settings['hostonlyadapter2']).toBe('vboxnet1');
    expect(await bench.observe()).toMatchObject({ state: 'running' });
  });

  it('whose saved memory cannot be restored says what helps, and is off and startable once that is done', async () => {
    await bench.create();
    await act('save');
    const disk = host.vm().media['SATA-1-0'] ?? '';
    renameSync(disk, `${disk}.away`);
    expect(await rejection(act('start'))).toMatchObject({
      code: 'driver.failed',
      public: expect.stringContaining('switch it off: that discards what was saved') as string,
    });
    await act('kill');
    expect(await bench.observe()).toMatchObject({ state: 'stopped' });
    renameSync(`${disk}.away`, disk);
    await act('start');
    expect(await bench.observe()).toMatchObject({ state: 'running' });
  });

  it('does not wait for a machine that is down again', async () => {
    host.double.events = { onUp: (vm) => void (vm.state = 'aborted') };
    const error = await rejection(bench.create());
    expect(error).toMatchObject({
      code: 'driver.failed',
      public: expect.stringContaining(
        'does not run any more. Its process on the hypervisor host ended by itself',
      ) as string,
    });
  });

  it('says at the end of its wait what it saw last', async () => {
    host.refusal = new AppError({ code: 'ssh.port-closed', public: 'Nobody listens on port 22.' });
    expect(await rejection(bench.create())).toMatchObject({
      code: 'ssh.timeout',
      public: 'The first sign-in did not happen within 240 s. Last seen: Nobody listens on port 22..',
    });
  });

  it('does not wait for a key that is refused', async () => {
    host.refusal = new AppError({ code: 'ssh.auth-rejected', public: 'The host refuses the key.' });
    expect(await rejection(bench.create())).toMatchObject({ code: 'ssh.auth-rejected' });
  });

  it('says so where its system does not react to the power button', async () => {
    await bench.create();
    host.double.events = { onDown: (vm) => void (vm.state = 'running') };
    expect(await rejection(act('stop'))).toMatchObject({
      code: 'driver.failed',
      public: expect.stringContaining('switch it off if its system does not react') as string,
    });
  });

  it('is told to be gone where somebody removed it', async () => {
    await bench.create();
    host.double.change(({ vms }) => void vms.splice(0));
    expect(await bench.observe()).toMatchObject({ state: 'absent' });
    expect(await rejection(act('start'))).toMatchObject({ code: 'driver.failed' });
    await bench.remove();
    expect(await bench.left()).toEqual({ ledger: [], provider: [] });
  });

  it('shares the adapter of its network, and leaves it to the others when it goes', async () => {
    await bench.create();
    const other = new Bench(host.fixture);
    const contextOf = Object.getOwnPropertyDescriptor(Bench.prototype, 'context');
    Object.defineProperty(other, 'context', {
      get: () => ({
        ...(contextOf?.get?.call(other) as Bench['context']),
        machine: { id: 'machine-2', name: 'edge-2' },
        host: () => bench.context.host?.(),
      }),
    });
    is('poweroff');
    await other.create();
    expect(host.double.read().adapters).toHaveLength(1);
    expect((await other.ledger.list()).map(({ kind }) => kind)).toEqual(['folder', 'virtual-machine']);
    expect(bench.state['address']).not.toBe(other.state['address']);
    expect(bench.state['sshPort']).not.toBe(other.state['sshPort']);
    await bench.remove();
    expect(host.double.read().adapters).toHaveLength(1);
    expect(host.double.read().servers.map(({ fixed }) => Object.values(fixed))).toEqual([[other.state['address']]]);
    expect(await other.inventory('machine-2')).toHaveLength(4);
    await other.remove();
    expect(host.things()).toEqual([]);
  });

  it('copies no disk of another team, and none that nobody has released', async () => {
    await bench.create();
    is('poweroff');
    const disk = join(host.hypervisor.folder, 'theirs.vdi');
    writeFileSync(disk, 'theirs');
    const importKeyId = '00000000-0000-4000-8000-00000000cccc';
    const importing = (groups: string, extraData: Record<string, string> = {}) => {
      host.double.change(({ vms }) => {
        const [vm] = vms.splice(1, 1).concat(vms);
        const uuid = 'a0000000-0000-4000-8000-000000000001';
        if (vm) vms.push({ ...vm, uuid, name: "Ada's", groups, extraData, media: { 'IDE-0-0': disk } });
      });
      const own = new Bench({ ...host.fixture, options: { ...host.options, importVm: "Ada's", importKeyId } });
      const context = { ...own.context, machine: { id: 'machine-2', name: 'edge-2' } };
      return own.fixture.driver.precheck?.(context, { ...own.options, checkVirtualisation: false });
    };
    const released = { 'quaymaster/import': 'yes' };
    const refused = (sentence: string) => ({
      code: 'input.invalid',
      fieldErrors: { 'options.importVm': expect.stringContaining(sentence) as string },
    });
    await expect(importing('/quaymaster/team-2/machine-9', released)).rejects.toMatchObject(refused('of another team'));
    const line = `VBoxManage setextradata 'Ada'\\''s' quaymaster/import yes`;
    await expect(importing('/')).rejects.toMatchObject(refused(line));
    await expect(importing('/', { 'quaymaster/import': 'no' })).rejects.toMatchObject(refused(line));
    await expect(importing('/', released)).resolves.toBeUndefined();
    await expect(importing('/quaymaster/team-1/machine-9')).resolves.toBeUndefined();
  });

  it('copies the disk of another machine that is off, and refuses one that runs at its field', async () => {
    await bench.create();
    is('poweroff');
    const disk = join(host.hypervisor.folder, 'theirs.vdi');
    writeFileSync(disk, 'theirs');
    host.double.change(({ vms }) => {
      const [vm] = vms;
      if (vm) {
        vms.push({
          ...vm,
          uuid: 'a0000000-0000-4000-8000-000000000001',
          name: 'theirs',
          groups: '/',
          extraData: { 'quaymaster/import': 'yes' },
          media: { 'IDE-0-0': disk },
        });
      }
    });
    await bench.remove();
    host.options = { ...host.options, importVm: 'theirs', importKeyId: '00000000-0000-4000-8000-00000000cccc' };
    const importing = new Bench(host.fixture);
    await importing.create();
    const path = host.double.read().vms.find(({ name }) => name === 'harbour-edge-1')?.media['SATA-1-0'] ?? '';
    expect(readFileSync(path, 'utf8')).toBe(`copy of ${disk}\n`);
    expect(importing.state['keyId']).toBe('00000000-0000-4000-8000-00000000cccc');
    await importing.remove();
    is('running');
    expect(await rejection(new Bench(host.fixture).create())).toMatchObject({
      fieldErrors: { 'options.importVm': expect.stringContaining('is not switched off') as string },
    });
  });
});
