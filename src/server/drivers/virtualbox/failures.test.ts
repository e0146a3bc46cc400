import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Bench } from '../contract-bench.test-support';
import { assertAllowed } from './adapters';
import { VirtualBoxBench } from './bench.test-support';
import { isReading } from './double/double.test-support';
import { explain } from './explain';
import { parseNetwork } from './network';
import { assertVersion } from './precheck';

vi.setConfig({ testTimeout: 240_000 });

const root = mkdtempSync(join(tmpdir(), 'qm-vbox-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let host: VirtualBoxBench;
beforeEach(() => {
  host = new VirtualBoxBench(mkdtempSync(join(root, 'f-')));
});
afterEach(() => host.close());

const nothing = { ledger: [], provider: [] };
const fails = (promise: Promise<unknown> | undefined) =>
  Promise.resolve(promise).then(
    () => undefined,
    (error: unknown) => error,
  );
const changes = () => host.double.calls.filter((call) => !isReading(call)).length;

describe('a call of VBoxManage that goes wrong', () => {
  it.each(['fail', 'fail-after'] as const)(
    '(%s) in a creation leaves nothing that cannot be gone on with, or removed',
    async (how) => {
      const test = new Bench(host.fixture);
      await test.create();
      const whole = await test.left();
      const all = changes();
      await test.remove();
      for (let nth = 1; nth <= all; nth += 1) {
        // Each call fails in both ways, and both ends are tried: half of all combinations is enough.
        for (const then of [(nth + Number(how === 'fail')) % 2 === 0 ? 'go on' : 'remove']) {
          const next = new Bench(host.fixture);
          host.double.plan({ nth, how });
          // Some failures are as good as success: a DHCP server that is to be gone.
          const error = await fails(next.create());
          host.double.plan();
          if (error !== undefined) expect(error).toMatchObject({ name: 'AppError' });
          if (then === 'go on') {
            await next.create();
            expect(await next.left(), `after call ${nth}`).toEqual(whole);
          }
          await next.remove();
          expect(await next.left(), `after call ${nth}`).toEqual(nothing);
        }
      }
    },
  );

  it('in a removal leaves what the next removal finds', async () => {
    const test = new Bench(host.fixture);
    await test.create();
    host.double.calls.length = 0;
    await test.remove();
    const all = changes();
    for (let nth = 1; nth <= all; nth += 1) {
      const next = new Bench(host.fixture);
      await next.create();
      host.double.plan({ nth, how: 'fail' });
      await fails(next.remove());
      host.double.plan();
      await next.remove();
      expect(await next.left(), `after call ${nth}`).toEqual(nothing);
    }
  });

  it('with exit code 0 is a failure all the same', async () => {
    host.double.plan({ nth: 2, how: 'error-with-zero' });
    expect(await fails(new Bench(host.fixture).create())).toMatchObject({
      code: 'driver.failed',
      public: expect.stringContaining('It said: The test says no') as string,
    });
  });

  it('because an object is not ready is tried again', async () => {
    host.double.plan({ nth: 3, how: 'not-ready' });
    const test = new Bench(host.fixture);
    await test.create();
    expect(await test.observe()).toMatchObject({ state: 'running' });
  });

  it('and never ends is ended by the signal', async () => {
    const test = new Bench(host.fixture);
    host.double.plan({ nth: 2, how: 'hang' });
    const creating = fails(test.create());
    await vi.waitFor(() => expect(changes()).toBe(2), 10_000);
    const reason = new Error('stopped by the test');
    test.stop.abort(reason);
    expect(await creating).toBe(reason);
    host.double.plan();
    const next = new Bench(host.fixture);
    await next.create();
    await next.remove();
    expect(await next.left()).toEqual(nothing);
  });
});

describe('explain', () => {
  it.each([
    ['VBoxManage: error: VT-x is not available (VERR_VMX_NO_VMX)', 'hypervisor.unusable', /no VT-x or AMD-V/],
    [
      'VBoxManage: error: VT-x is disabled in the BIOS for all CPU modes (VERR_VMX_MSR_ALL_VMX_DISABLED)',
      'hypervisor.unusable',
      /no VT-x or AMD-V/,
    ],
    [
      "VBoxManage: error: VirtualBox can't operate in VMX root mode. (VERR_VMX_IN_VMX_ROOT_MODE)",
      'driver.failed',
      /another hypervisor \(KVM\)/,
    ],
    [
      'VBoxManage: error: The virtual machine has terminated unexpectedly (VERR_VM_DRIVER_NOT_INSTALLED)',
      'hypervisor.unusable',
      /vboxconfig/,
    ],
    ['VBoxManage: error: Could not create the medium (VERR_DISK_FULL)', 'provision.disk-full', /disk is full/],
    ['VBoxManage: error: Failed to allocate memory (VERR_NO_MEMORY)', 'driver.failed', /not enough free memory/],
    [
      "VBoxManage: error: Nonexistent host networking interface, name 'vboxnet0' (VERR_INTERNAL_ERROR)",
      'driver.failed',
      /adapter of the machine is gone/,
    ],
    ["VBoxManage: error: Machine settings file '/a/b.vbox' already exists", 'input.invalid', /of this name already/],
    ['sh: 1: /opt/VirtualBox/VBoxManage: not found', 'hypervisor.unusable', /Install VirtualBox/],
    [
      'VBoxManage: error: Something else\nVBoxManage: error: Details: code E_FAIL',
      'driver.failed',
      /refused "VBoxManage startvm x"\. It said: Something else$/,
    ],
  ])('%s', (stderr, code, sentence) => {
    expect(explain({ stderr, call: 'startvm x', host: 'den' })).toMatchObject({
      code,
      public: expect.stringMatching(sentence) as string,
    });
  });

  it('names the field that can mend it', () => {
    const error = explain({ stderr: 'VERR_NO_MEMORY', call: 'startvm', host: 'den' });
    expect(error.fieldErrors).toEqual({ 'options.memoryMiB': error.public });
  });
});

describe('precheck', () => {
  const check = (options: Record<string, unknown> = {}) => {
    const test = new Bench({ ...host.fixture, options: { ...host.options, checkVirtualisation: false, ...options } });
    return fails(test.fixture.driver.precheck?.(test.context, test.options)).then(async (error) => {
      expect(await test.left()).toEqual(nothing);
      expect(changes()).toBe(0);
      return error;
    });
  };

  it('finds nothing wrong where nothing is wrong, and changes nothing', async () => {
    expect(await check()).toBeUndefined();
  });

  it.each([
    [{ memoryMiB: 32_000 }, 'options.memoryMiB', /15990 MiB of memory/],
    [{ memoryMiB: 12_000 }, 'options.memoryMiB', /12021 MiB of its 15990 MiB free; this machine takes 12200/],
    [{ diskMiB: 1_500_000 }, 'options.diskMiB', /97 GiB free for disks/],
    [{ cpus: 8 }, 'options.cpus', /4 CPUs/],
    [{ hostOnlyCidr: '192.168.99.1/24' }, 'options.hostOnlyCidr', /add the line "\* 192.168.99.0\/24" to/],
    [{ shareFolder: '/etc:etc' }, 'options.shareFolder', /touch \/etc\/\.quaymaster-share/],
    [
      { importVm: 'nobody', importKeyId: '00000000-0000-4000-8000-00000000cccc' },
      'options.importVm',
      /no virtual machine "nobody"/,
    ],
  ])('%j is refused at %s', async (options, field, message) => {
    expect(await check(options)).toMatchObject({
      code: 'input.invalid',
      fieldErrors: { [field]: expect.stringMatching(message) as string },
    });
  });

  it('refuses a hypervisor host whose disk is full, unless the machine is there already', async () => {
    host.setDiskFree(100);
    expect(await check()).toMatchObject({
      code: 'provision.disk-full',
      fieldErrors: { 'options.hypervisorId': expect.stringMatching(/100 MiB free for disks.*2048/) as string },
    });
    const test = new Bench({ ...host.fixture, options: { ...host.options, checkVirtualisation: false } });
    await test.create();
    expect(await fails(test.fixture.driver.precheck?.(test.context, test.options))).toBeUndefined();
  });

  it('names the programs that the hypervisor host lacks, and their packages', async () => {
    host.hide('flock', 'ip');
    expect(await check()).toMatchObject({
      code: 'hypervisor.unusable',
      public: 'the workshop lacks flock (package util-linux) and ip (package iproute2). Install what is missing there.',
    });
    expect(await fails(new Bench(host.fixture).create())).toMatchObject({
      code: 'hypervisor.unusable',
      public: 'the workshop lacks flock. Install the package util-linux there.',
    });
  });

  it('asks nothing more of the machine whose disk was copied already', async () => {
    const disk = join(host.hypervisor.folder, 'theirs.vdi');
    writeFileSync(disk, 'theirs');
    const importing = new Bench({
      ...host.fixture,
      options: {
        ...host.options,
        checkVirtualisation: false,
        importVm: 'theirs',
        importKeyId: '00000000-0000-4000-8000-00000000cccc',
      },
    });
    const other = new Bench(host.fixture);
    await other.create();
    host.double.change(({ vms }) => {
      const [vm] = vms;
      const uuid = 'a0000000-0000-4000-8000-000000000001';
      const extraData = { 'quaymaster/import': 'yes' };
      const own = { uuid, name: 'theirs', groups: '/', extraData, media: { 'IDE-0-0': disk } };
      if (vm) vms.push({ ...vm, ...own, state: 'poweroff' });
    });
    await other.remove();
    // After the disk: the machine itself cannot be made.
    host.double.plan({ nth: 3, how: 'fail' });
    expect(await fails(importing.create())).toMatchObject({ code: 'driver.failed' });
    host.double.plan();
    host.double.change(({ vms }) => vms.forEach((vm) => (vm.state = 'running')));
    expect(await fails(importing.fixture.driver.precheck?.(importing.context, importing.options))).toBeUndefined();
    await importing.create();
    expect(await importing.observe()).toMatchObject({ state: 'running' });
  });

  it("refuses a name that VirtualBox has, a network that is another adapter's, and one that the host is in", async () => {
    const test = new Bench(host.fixture);
    await test.create();
    host.double.calls.length = 0;
    const own = test.fixture.driver;
    expect(await fails(own.precheck?.(test.context, { ...test.options, checkVirtualisation: false }))).toBeUndefined();
    const as = (id: string, options: Record<string, unknown> = {}) =>
      fails(
        own.precheck?.(
          { ...test.context, machine: { id, name: 'edge-1' } },
          { ...test.options, checkVirtualisation: false, ...options },
        ),
      );
    expect(await as('machine-2')).toMatchObject({
      code: 'input.invalid',
      fieldErrors: { name: expect.stringContaining('"harbour-edge-1" already') as string },
    });
    expect(await as('machine-2', { hostOnlyCidr: '192.168.59.1/25' })).toMatchObject({
      code: 'input.invalid',
      fieldErrors: { 'options.hostOnlyCidr': expect.stringContaining('vboxnet0 with 192.168.59.1/24') as string },
    });
  });

  it('lets a folder be shared that was released', async () => {
    writeFileSync(join(host.hypervisor.folder, '.quaymaster-share'), '');
    expect(await check({ shareFolder: `${host.hypervisor.folder}:code` })).toBeUndefined();
  });

  it.each([
    ['5.2.44r139111', /At least 6\.1 is needed/],
    ['4.2.0r1', /At least 6\.1 is needed/],
    ['WARNING: The vboxdrv kernel module is not loaded. Either there is no module\n7.0.20r163906', /vboxconfig/],
    ['what?', /does not tell its version/],
  ])('refuses VirtualBox %j', (said, message) => {
    expect(() => assertVersion('den', said)).toThrow(message);
  });

  it.each([
    [null, '192.168.59.1/24', true],
    [null, '192.168.63.1/24', true],
    [null, '192.168.99.1/24', false],
    [null, '192.168.56.1/20', false],
    ['# all\n* 10.0.0.0/8 192.168.0.0/16\n', '192.168.99.1/24', true],
    ['* 10.0.0.0/8\n', '192.168.59.1/24', false],
    ['* 2001::/64\n', '192.168.59.1/24', false],
  ])('with networks.conf %j takes %s: %s', (config, cidr, isAllowed) => {
    const judge = () => assertAllowed('den', parseNetwork(cidr), config);
    if (isAllowed) expect(judge).not.toThrow();
    else expect(judge).toThrow(/networks\.conf/);
  });
});
