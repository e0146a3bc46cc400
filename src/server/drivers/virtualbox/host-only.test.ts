import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Bench } from '../contract-bench.test-support';
import { VirtualBoxBench } from './bench.test-support';
import { isReading } from './double/double.test-support';

vi.setConfig({ testTimeout: 60_000 });

const root = mkdtempSync(join(tmpdir(), 'qm-vbox-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let host: VirtualBoxBench;
beforeEach(() => {
  host = new VirtualBoxBench(mkdtempSync(join(root, 'h-')));
});
afterEach(() => host.close());

const network = 'HostInterfaceNetworking-vboxnet0';

/** As another program has left them: with a server that gives any address, on or off. */
const makeForeign = (isEnabled: boolean) =>
  host.double.change(({ adapters, servers }) => {
    adapters.push({
      name: 'vboxnet0',
      uuid: 'b0000000-0000-4000-8000-000000000001',
      ip: '192.168.59.1',
      mask: '255.255.255.0',
    });
    servers.push({
      network,
      serverIp: '192.168.59.6',
      mask: '255.255.255.0',
      lowerIp: '192.168.59.100',
      upperIp: '192.168.59.254',
      isEnabled,
      fixed: {},
    });
  });

const benchWith = (options: Record<string, unknown> = {}) =>
  new Bench({ ...host.fixture, options: { ...host.options, checkVirtualisation: false, ...options } });

describe('a host-only network that was there before', () => {
  it('is used as it is, the log says that no address is fixed, and it stays', async () => {
    makeForeign(true);
    const before = host.double.read().servers;
    const bench = benchWith();
    await bench.create();
    expect(bench.state['address']).toBe('192.168.59.100');
    expect(host.double.read().servers).toEqual(before);
    expect(bench.lines.join('\n')).toContain(
      'fixes no address: it has not made the DHCP server of vboxnet0, and changes nothing there',
    );
    await bench.remove();
    expect(host.things().map(({ kind }) => kind)).toEqual(['host-only-adapter', 'dhcp-server']);
  });

  it('is refused at its field where its DHCP server is off, by the check and by a creation', async () => {
    makeForeign(false);
    const before = host.double.read();
    const bench = benchWith();
    const refusal = {
      code: 'input.invalid',
      fieldErrors: {
        'options.hostOnlyDhcp': expect.stringMatching(
          /switched off.*dhcpserver modify --interface=vboxnet0 --enable/,
        ) as string,
      },
    };
    await expect(bench.fixture.driver.precheck?.(bench.context, bench.options)).rejects.toMatchObject(refusal);
    expect(host.double.calls.every(isReading)).toBe(true);
    await expect(bench.create()).rejects.toMatchObject(refusal);
    await bench.remove();
    const { adapters, servers } = host.double.read();
    expect({ adapters, servers }).toEqual({ adapters: before.adapters, servers: before.servers });
  });

  it('is taken without its server where the image sets the address', async () => {
    makeForeign(false);
    const bench = benchWith({ hostOnlyDhcp: false });
    await bench.create();
    expect(host.double.read().servers).toMatchObject([{ isEnabled: false, fixed: {} }]);
    expect(bench.lines.join('\n')).toContain('fixes no address: addresses are not given by DHCP');
  });

  it('gets its server back where the console has made it and somebody switched it off', async () => {
    const bench = benchWith();
    await bench.create();
    const { address } = bench.state;
    host.double.change(({ vms, servers }) => {
      for (const vm of vms) vm.state = 'poweroff';
      for (const server of servers) server.isEnabled = false;
    });
    await bench.fixture.driver.start?.(bench.context, bench.options, bench.state);
    expect(host.double.read().servers).toMatchObject([{ network, isEnabled: true }]);
    expect(bench.state['address']).toBe(address);
    await bench.remove();
    expect(host.things()).toEqual([]);
  });
});

describe('an adapter that another program has made while a creation was broken off', () => {
  const pending = 'quaymaster/pending/machine-1';
  /** As the one before it has left it: an adapter is made for the machine, and nothing is there yet. */
  const breakOff = () => host.double.change(({ extraData }) => (extraData[pending] = 'team-1 '));
  const makeTheirs = (...ips: string[]) =>
    host.double.change(({ adapters }) => {
      for (const ip of ips) {
        const number = adapters.length;
        const uuid = `b0000000-0000-4000-8000-00000000000${number}`;
        adapters.push({ name: `vboxnet${number}`, uuid, ip, mask: '255.255.255.0' });
      }
    });
  const adapters = () => host.double.read().adapters.map(({ name, ip }) => `${name} ${ip}`);

  it('is not taken for the machine where VirtualBox had refused to make one', async () => {
    const before = benchWith();
    await before.create();
    const nth = host.double.calls
      .filter((call) => !isReading(call))
      .findIndex(([name, verb]) => name === 'hostonlyif' && verb === 'create');
    await before.remove();
    for (const then of ['try again', 'remove']) {
      const bench = benchWith();
      host.double.plan({ nth: nth + 1, how: 'fail' });
      await expect(bench.create()).rejects.toMatchObject({ name: 'AppError' });
      host.double.plan();
      expect(host.double.read().extraData).not.toHaveProperty([pending]);
      host.double.change((world) => world.adapters.splice(0));
      makeTheirs('192.168.56.1');
      if (then === 'try again') {
        await bench.create();
        expect(adapters()).toEqual(['vboxnet0 192.168.56.1', 'vboxnet1 192.168.59.1']);
      }
      await bench.remove();
      expect(adapters()).toEqual(['vboxnet0 192.168.56.1']);
    }
  });

  it('stays, as does the one that may be the machine, where both are new', async () => {
    const bench = benchWith();
    breakOff();
    makeTheirs('192.168.56.1', '192.168.57.1');
    await bench.create();
    expect(adapters()).toEqual(['vboxnet0 192.168.56.1', 'vboxnet1 192.168.57.1', 'vboxnet2 192.168.59.1']);
    expect(bench.lines.join('\n')).toContain('vboxnet0 and vboxnet1 are new since');
    breakOff();
    await bench.remove();
    expect(adapters()).toEqual(['vboxnet0 192.168.56.1', 'vboxnet1 192.168.57.1']);
  });

  it('stays where a virtual machine of somebody else uses it', async () => {
    const bench = benchWith();
    await bench.create();
    host.double.change(({ vms, ...world }) => {
      const [vm] = vms;
      if (vm) {
        const settings = { ...vm.settings, hostonlyadapter2: 'vboxnet1' };
        vms.push({ ...vm, uuid: 'a0000000-0000-4000-8000-000000000001', name: 'theirs', groups: '/', settings });
      }
      world.extraData[pending] = 'team-1 vboxnet0';
    });
    makeTheirs('192.168.57.1');
    await bench.remove();
    expect(adapters()).toEqual(['vboxnet1 192.168.57.1']);
    expect(bench.lines.join('\n')).toContain('vboxnet1 is new since');
    expect(host.double.read().extraData).toEqual({});
  });

  it('is what it was made for where it is alone', async () => {
    const bench = benchWith();
    breakOff();
    makeTheirs('192.168.56.1');
    await bench.create();
    expect(adapters()).toEqual(['vboxnet0 192.168.59.1']);
    await bench.remove();
    expect(adapters()).toEqual([]);
  });
});
