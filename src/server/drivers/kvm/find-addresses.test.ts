import { execFile } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, describe, expect, it } from 'vitest';

import { Bench } from '../contract-bench.test-support';
import { findAddresses } from './find-addresses';
import { DoubledHost, removeDoubledHosts } from './kvm.test-support';
import { macAddress, machineFiles } from './names';
import { tellAddress } from './seed';
import { Virsh } from './virsh';

afterAll(removeDoubledHosts);

const mac = macAddress('team-1', 'machine-1');

/** As virsh prints it: the addresses of one interface, IPv4 and IPv6. */
const listed = (name: string, hardware: string, addresses: readonly string[]) =>
  addresses
    .map((address, index) => {
      const [shown, own] = index === 0 ? [name, hardware] : ['-', '-'];
      const type = address.includes(':') ? 'ipv6' : 'ipv4';
      return ` ${shown.padEnd(10)} ${own.padEnd(17)}    ${type.padEnd(12)} ${address}/24\n`;
    })
    .join('');

/** Of a machine in which Docker runs, with addresses of its own card. */
const agentOf = (...addresses: readonly string[]) =>
  [
    listed('lo', '00:00:00:00:00:00', ['127.0.0.1', '::1']),
    addresses.length === 0 ? ` enp1s0     ${mac}    N/A          N/A\n` : listed('enp1s0', mac, addresses),
    listed('docker0', '02:42:5e:1b:00:01', ['172.17.0.1', 'fe80::42:5eff:fe1b:1']),
    listed('br-0f2a1c', '02:42:5e:1b:00:02', ['172.18.0.1', '172.18.0.2']),
    listed('wg0', '', ['10.9.0.1', '10.9.0.2']),
  ].join('');

/** A domain that runs on a bridge, with a console that holds this. */
const runningOn = (content: string, { heardOf, agent }: { heardOf?: string; agent?: string } = {}) => {
  const host = new DoubledHost();
  const files = machineFiles(host.folder, 'team-1', 'machine-1');
  mkdirSync(dirname(files.console), { recursive: true });
  writeFileSync(files.console, content);
  mkdirSync(join(host.root, 'domains', 'uuid-1'));
  host.put('domains/uuid-1/state', 'running\n');
  host.put('domains/uuid-1/name', 'one\n');
  host.put('domains/uuid-1/xml', `<mac address='${mac}'/>\n`);
  if (heardOf !== undefined) host.put('arp', heardOf);
  if (agent !== undefined) host.put('agent', agent);
  const virsh = new Virsh(host.hypervisor, 'qemu:///system', new AbortController().signal);
  return { virsh, files, uuid: 'uuid-1', mac };
};

describe('the address of a machine on a bridge', () => {
  it.each<[string, string, readonly string[]]>([
    [
      'what it said last',
      'quaymaster-address 192.0.2.9\r\nlogin: \r\nquaymaster-address 192.0.2.10\r\n',
      ['192.0.2.10'],
    ],
    ['nothing while it has said nothing', 'Booting\r\nlogin: ', []],
    [
      'what is whole, where a message ran into the last line',
      'quaymaster-address 10.1.2.3\nquaymaster-address 10.1[  5.1] eth0\n',
      ['10.1.2.3'],
    ],
    ['no line that others wrote', 'kim said quaymaster-address 10.1.2.3\n', []],
    ['not the hypervisor host itself', 'quaymaster-address 127.0.0.1\n', []],
    ["not a cloud's metadata", 'quaymaster-address 169.254.169.254\n', []],
    ['not many at once', 'quaymaster-address 224.0.0.1\n', []],
    ['no number that is none', 'quaymaster-address 10.1.2.300\n', []],
    ['no option of a command', 'quaymaster-address -oProxyCommand=x\n', []],
  ])('is %s', async (_situation, content, addresses) => {
    expect(await findAddresses(runningOn(content), 'bridge')).toEqual(addresses);
  });

  it('is not what it said before its latest start', async () => {
    const before = 'quaymaster-address 192.0.2.9\r\n';
    expect(await findAddresses(runningOn(before), 'bridge', before.length)).toEqual([]);
    const now = `${before}quaymaster-address 192.0.2.10\r\n`;
    expect(await findAddresses(runningOn(now), 'bridge', before.length)).toEqual(['192.0.2.10']);
    // libvirt has begun the file anew.
    expect(await findAddresses(runningOn(before), 'bridge', 10_000)).toEqual(['192.0.2.9']);
  });

  it('is also what its hypervisor host has heard of it', async () => {
    expect(await findAddresses(runningOn('Booting\n', { heardOf: '192.0.2.11' }), 'bridge')).toEqual(['192.0.2.11']);
    expect(
      await findAddresses(runningOn('quaymaster-address 192.0.2.10\n', { heardOf: '192.0.2.11' }), 'bridge'),
    ).toEqual(['192.0.2.10', '192.0.2.11']);
  });

  it.each<[string, string, string, readonly string[]]>([
    ["its own card's alone", '', agentOf('fe80::1', '192.0.2.10'), ['192.0.2.10']],
    [
      'what it said before what else its card has',
      'quaymaster-address 192.0.2.10\n',
      agentOf('192.0.2.100', '192.0.2.10'),
      ['192.0.2.10', '192.0.2.100'],
    ],
    ['what its card has by now', 'quaymaster-address 192.0.2.9\n', agentOf('192.0.2.10'), ['192.0.2.10']],
    ['what it said, where the agent lists none', 'quaymaster-address 192.0.2.10\n', agentOf(), ['192.0.2.10']],
    ['nowhere yet, where the agent lists none', '', agentOf(), []],
  ])(
    'is, with an agent in it that lists the bridges of Docker too, %s',
    async (_situation, content, agent, addresses) => {
      expect(await findAddresses(runningOn(content, { agent }), 'bridge')).toEqual(addresses);
    },
  );

  it('is known again where a bridge of Docker in it was taken for it before', async () => {
    const host = new DoubledHost();
    host.put('says', '\r\nquaymaster-address 192.0.2.10\r\n');
    host.put('agent', agentOf('192.0.2.10'));
    const test = new Bench(host.fixture({ networkKind: 'bridge', networkName: 'br0' }));
    await test.create();
    expect(test.state).toMatchObject({ address: '192.0.2.10' });
    test.state = { ...test.state, address: '172.17.0.1' };
    expect(await test.observe()).toMatchObject({ address: '192.0.2.10', learnt: { address: '192.0.2.10' } });
  });

  it('is never read from the console on a network of libvirt, which knows its leases', async () => {
    expect(await findAddresses(runningOn('quaymaster-address 192.0.2.77\n'), 'network')).toEqual(['192.0.2.9']);
  });

  it('is where the machine is made and started', async () => {
    const host = new DoubledHost();
    host.put('says', '\r\nquaymaster-address 192.0.2.10\r\n');
    const test = new Bench(host.fixture({ networkKind: 'bridge', networkName: 'br0' }));
    await test.create();
    expect(test.state).toMatchObject({ address: '192.0.2.10' });
    const target = test.fixture.driver.target(test.options, test.state);
    expect(target).toMatchObject({ ssh: { host: '192.0.2.10', port: 22 } });
    expect(target.via).toBeUndefined();

    // Still, after it stood still: it says nothing anew then.
    host.put('says', '');
    await test.fixture.driver.pause?.(test.context, test.options, test.state);
    await test.fixture.driver.start?.(test.context, test.options, test.state);
    expect(await test.observe()).toMatchObject({ state: 'running', address: '192.0.2.10' });

    // Whoever has that address now is not the machine that boots: it is looked for until it says so again.
    await test.fixture.driver.kill?.(test.context, test.options, test.state);
    let looks = 0;
    const file = machineFiles(host.folder, 'team-1', 'machine-1').console;
    host.provider.onCall = (name) => {
      if (name !== 'before look for its address on its console') return;
      looks += 1;
      if (looks === 3) appendFileSync(file, '\r\nquaymaster-address 192.0.2.10\r\n');
    };
    await test.fixture.driver.start?.(test.context, test.options, test.state);
    expect(looks).toBe(3);
  });
});

describe('the script that tells it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quaymaster-tell-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What the script writes to the console with these commands in the machine. */
  const told = async (commands: Record<string, string>) => {
    const place = mkdtempSync(join(folder, 'machine-'));
    const terminal = join(place, 'ttyS0');
    writeFileSync(terminal, '');
    for (const [name, script] of Object.entries({ sleep: ':', ...commands })) {
      writeFileSync(join(place, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    const script = tellAddress.replace('> /dev/ttyS0', `>> ${terminal}`);
    await promisify(execFile)('sh', ['-c', script], { env: { ...process.env, PATH: `${place}:/usr/bin:/bin` } });
    return readFileSync(terminal, 'utf8');
  };
  const route = 'echo "192.0.2.1 via 10.1.0.1 dev ens3 src 10.1.2.3 uid 0 \\\\    cache"';

  it.each<[string, Record<string, string>]>([
    ['towards the default route', { ip: `[ "$*" = "-4 -o route get 192.0.2.1" ] && ${route}` }],
    [
      'as soon as there is a route',
      {
        ip: `[ -e "$0.asked" ] || { : > "$0.asked"; echo "RTNETLINK answers: Network is unreachable" >&2; exit 2; }; ${route}`,
      },
    ],
    ['where there is no route at all', { ip: 'exit 2', hostname: 'echo " fe80::1 10.1.2.3 172.17.0.1 "' }],
  ])('says it %s, in a form that is understood', async (_situation, commands) => {
    const said = await told(commands);
    expect(await findAddresses(runningOn(`login: ${said}`), 'bridge')).toEqual(['10.1.2.3']);
  });

  it('says nothing where there is nothing to say', async () => {
    expect(await told({ ip: 'exit 2', hostname: 'echo' })).toBe('');
  });
});
