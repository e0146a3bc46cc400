import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, it, vi } from 'vitest';

import { Bench } from '../contract-bench.test-support';
import { DoubledHost, removeDoubledHosts } from './kvm.test-support';
import { machineFiles } from './names';

// Every call starts processes.
vi.setConfig({ testTimeout: 60_000 });

afterAll(removeDoubledHosts);

const call = (test: Bench, verb: 'start' | 'kill' | 'save') =>
  test.fixture.driver[verb]?.(test.context, test.options, test.state) ?? Promise.reject(new Error(`no ${verb}`));

const consoleOf = (host: DoubledHost) => machineFiles(host.folder, 'team-1', 'machine-1').console;

describe('a console that libvirt began anew, for root alone, on a host whose account is another', () => {
  const warning = (host: DoubledHost) =>
    `Warning: what the machine says is missing here. Its console ${consoleOf(host)} on rack-1 can be read by root only, until the machine is switched off and started.`;

  const rotate = (host: DoubledHost) => {
    rmSync(consoleOf(host));
    writeFileSync(consoleOf(host), 'the end of a long log\n');
    chmodSync(consoleOf(host), 0);
  };

  const made = async (options: Record<string, unknown> = {}) => {
    const host = new DoubledHost();
    host.leaveRoot();
    const test = new Bench(host.fixture(options));
    host.put('says', '\r\nquaymaster-address 192.0.2.10\r\n');
    await test.create();
    test.lines.length = 0;
    return { host, test };
  };

  it.each(['kill', 'save'] as const)('is made anew where the machine is off, by %s', async (verb) => {
    const { host, test } = await made();
    await call(test, verb);
    rotate(host);
    await call(test, 'start');
    expect(await test.observe()).toMatchObject({ state: 'running' });
    expect(test.lines).toContain('Booting \u001B[1mDebian\u001B[0m');
    expect(test.lines).not.toContain(warning(host));
    expect(readFileSync(consoleOf(host), 'utf8')).not.toContain('the end of a long log');
  });

  it('is left to a machine that runs, and told of', async () => {
    const { host, test } = await made();
    rotate(host);
    await call(test, 'start');
    expect(await test.observe()).toMatchObject({ state: 'running', address: '192.0.2.10' });
    expect(test.lines).toContain(warning(host));
    chmodSync(consoleOf(host), 0o600);
    expect(readFileSync(consoleOf(host), 'utf8')).toBe('the end of a long log\n');
  });

  it('while the machine boots on a bridge, is told of once, and others are asked where it is', async () => {
    const { host, test } = await made({ networkKind: 'bridge', networkName: 'br0' });
    await call(test, 'kill');
    let looks = 0;
    host.provider.onCall = (name) => {
      if (name !== 'before read the console') return;
      looks += 1;
      if (looks === 1) rotate(host);
      if (looks === 3) host.put('arp', '192.0.2.10');
    };
    await call(test, 'start');
    expect(test.state).toMatchObject({ address: '192.0.2.10' });
    expect(test.lines.filter((line) => line === warning(host))).toHaveLength(1);
    expect(test.lines).toContain(
      'Waiting: the address that the machine tells on its console cannot be read, and its hypervisor host has not heard of it.',
    );
  });
});

describe('a machine that stands still while it boots', () => {
  /** Lets something happen at the looks of a boot, the first of which is 1. */
  const during = (host: DoubledHost, happen: (look: number, domain: string) => void) => {
    let looks = 0;
    host.provider.onCall = (name) => {
      if (name !== 'before read the console') return;
      looks += 1;
      const [uuid = ''] = readdirSync(join(host.root, 'domains'));
      happen(looks, `domains/${uuid}`);
    };
    return () => looks;
  };

  it('names the disk of its host at once, and goes on once there is room', async () => {
    const host = new DoubledHost();
    const test = new Bench(host.fixture());
    const looks = during(host, (_look, domain) => {
      host.put(`${domain}/state`, 'paused\n');
      host.put(`${domain}/reason`, 'I/O error\n');
    });
    const full = {
      code: 'provision.disk-full',
      public: 'The disk of rack-1 is full or failing. Make room, then start it.',
    };
    await expect(test.create()).rejects.toMatchObject(full);
    expect(looks()).toBe(1);
    await expect(call(test, 'start')).rejects.toMatchObject(full);
    expect(looks()).toBe(2);
    host.provider.onCall = () => undefined;
    await test.create();
    expect(await test.observe()).toMatchObject({ state: 'running' });
  });

  it('is waited for where somebody has paused it, and said to stand still', async () => {
    const host = new DoubledHost();
    const test = new Bench(host.fixture());
    during(host, (look, domain) => {
      if (look === 1) host.put(`${domain}/state`, 'paused\n');
      if (look === 4) host.put(`${domain}/state`, 'running\n');
    });
    await test.create();
    expect(test.lines).toContain('Waiting: the virtual machine stands still.');
    expect(await test.observe()).toMatchObject({ state: 'running' });
  });
});
