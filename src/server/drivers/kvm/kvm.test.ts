import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { afterAll, describe, expect, it, vi } from 'vitest';

import { itKeepsTheDriverContract } from '../contract';
import { Bench } from '../contract-bench.test-support';
import { DoubledHost, removeDoubledHosts } from './kvm.test-support';

// Every call starts processes, and the suite makes and removes hundreds of machines.
vi.setConfig({ testTimeout: 240_000 });

afterAll(removeDoubledHosts);

describe('the KVM driver', () => {
  itKeepsTheDriverContract(() => new DoubledHost().fixture());
});

const benchOf = (host: DoubledHost, options: Record<string, unknown> = {}) => new Bench(host.fixture(options));

const call = (test: Bench, verb: 'start' | 'stop' | 'restart' | 'kill' | 'pause' | 'save') =>
  test.fixture.driver[verb]?.(test.context, test.options, test.state) ?? Promise.reject(new Error(`no ${verb}`));

describe('a machine of the KVM driver', () => {
  it('is found where its SSH server answers, and not at the lease of a former one', async () => {
    const test = benchOf(new DoubledHost());
    await test.create();
    expect(test.state).toEqual({ sshKeyId: 'key-1', sshUser: 'debian', address: '192.0.2.10' });
    expect(test.fixture.driver.target(test.options, test.state)).toMatchObject({
      address: '192.0.2.10',
      ssh: { host: '192.0.2.10', port: 22, user: 'debian', keyId: 'key-1' },
      via: test.options['hypervisorId'],
    });
  });

  it('is followed when it has another address, and learns nothing while it is off', async () => {
    const test = benchOf(new DoubledHost());
    await test.create();
    expect(await test.observe()).not.toHaveProperty('learnt');
    test.state = { ...test.state, address: '192.0.2.77' };
    expect(await test.observe()).toMatchObject({ address: '192.0.2.10', learnt: { address: '192.0.2.10' } });
    await call(test, 'kill');
    expect(await test.observe()).toMatchObject({ address: '192.0.2.77' });
  });

  it('tells what it writes to its console, line by line', async () => {
    const test = benchOf(new DoubledHost());
    await test.create();
    expect(test.lines).toContain('Booting \u001B[1mDebian\u001B[0m');
    expect(test.lines.join('\n')).toContain('Warning: the machine is emulated');
  });

  it('is run by KVM where that works', async () => {
    const host = new DoubledHost();
    host.put('kvm', '');
    const test = benchOf(host);
    await test.create();
    expect(await host.domainXml()).toContain("<domain type='kvm'");
    expect(test.lines.join('\n')).not.toContain('emulated');
  });

  it('is emulated where KVM is there and hangs', async () => {
    const host = new DoubledHost();
    host.put('kvm', '');
    host.put('kvm-hangs', '');
    const test = benchOf(host);
    await test.create();
    expect(await host.domainXml()).toContain("<domain type='qemu'");
  });

  it('goes on from each state, and keeps what it had saved', async () => {
    const test = benchOf(new DoubledHost());
    await test.create();
    for (const [verb, state] of [
      ['pause', 'paused'],
      ['save', 'saved'],
      ['stop', 'stopped'],
      ['kill', 'stopped'],
    ] as const) {
      await call(test, verb);
      await call(test, verb);
      expect(await test.observe(), verb).toMatchObject({ state });
      await call(test, 'start');
      await call(test, 'start');
      expect(await test.observe(), `start after ${verb}`).toMatchObject({ state: 'running' });
    }
    await call(test, 'pause');
    await call(test, 'stop');
    expect(await test.observe()).toMatchObject({ state: 'stopped' });
  });

  it('that was paused when it was saved, runs after a start', async () => {
    const host = new DoubledHost();
    const test = benchOf(host);
    await test.create();
    await call(test, 'pause');
    await call(test, 'save');
    const [uuid = ''] = readdirSync(join(host.root, 'domains'));
    expect(readFileSync(join(host.root, 'domains', uuid, 'saved'), 'utf8')).toBe('running\n');
    await call(test, 'start');
    expect(await test.observe()).toMatchObject({ state: 'running' });
  });

  it('that somebody else saved while it was paused, runs after a start', async () => {
    const host = new DoubledHost();
    const test = benchOf(host);
    await test.create();
    await call(test, 'save');
    const [uuid = ''] = readdirSync(join(host.root, 'domains'));
    host.put(`domains/${uuid}/saved`, 'paused\n');
    await call(test, 'start');
    expect(await test.observe()).toMatchObject({ state: 'running' });
  });

  it('whose saved memory cannot be restored says what helps, and starts anew once that is done', async () => {
    const host = new DoubledHost();
    const test = benchOf(host);
    await test.create();
    await call(test, 'save');
    host.put('fail/start', "error: Failed to start domain 'x'\nerror: operation failed: load of migration failed\n");
    await expect(call(test, 'start')).rejects.toMatchObject({
      code: 'driver.failed',
      public: expect.stringContaining('switch it off: that discards what was saved') as string,
    });
    await call(test, 'kill');
    await call(test, 'kill');
    expect(await test.observe()).toMatchObject({ state: 'stopped' });
    rmSync(join(host.root, 'fail', 'start'));
    await call(test, 'start');
    expect(await test.observe()).toMatchObject({ state: 'running' });
  });

  it('that libvirt let stand still tells of the disk, and one that somebody paused tells nothing', async () => {
    const host = new DoubledHost();
    const test = benchOf(host);
    await test.create();
    await call(test, 'pause');
    expect(await test.observe()).not.toHaveProperty('reason');
    const [uuid = ''] = readdirSync(join(host.root, 'domains'));
    host.put(`domains/${uuid}/reason`, 'I/O error\n');
    expect(await test.observe()).toMatchObject({
      state: 'paused',
      reason: 'The disk of rack-1 is full or failing. Make room, then start it.',
    });
    await call(test, 'start');
    expect(await test.observe()).toMatchObject({ state: 'running' });
  });

  it('is removed from each state with all that libvirt keeps', async () => {
    for (const verb of ['pause', 'save', 'stop'] as const) {
      const test = benchOf(new DoubledHost());
      await test.create();
      await call(test, verb);
      await test.remove();
      expect(await test.left()).toEqual({ ledger: [], provider: [] });
    }
  });

  it('leaves no folder and no log behind', async () => {
    const host = new DoubledHost();
    const test = benchOf(host);
    await test.create();
    await test.remove();
    expect(readdirSync(join(host.folder, 'machines'))).toEqual([]);
    expect(existsSync(join(host.folder, 'images', 'image'))).toBe(true);
  });

  it('says so when its system does not switch off', async () => {
    const host = new DoubledHost();
    const test = benchOf(host);
    await test.create();
    host.put('deaf', '');
    await expect(call(test, 'stop')).rejects.toMatchObject({
      code: 'driver.failed',
      public: 'Switching off did not happen within 180 s. Last seen: the system has not switched off yet (running).',
    });
  });

  it('in user mode has ports of its host, each machine others', async () => {
    const host = new DoubledHost();
    const test = benchOf(host, { networkKind: 'user', enginePort: 23_760 });
    await test.create();
    const { sshPort } = test.state as { sshPort: number };
    expect(sshPort).toBeGreaterThanOrEqual(20_000);
    expect(test.fixture.driver.target(test.options, test.state)).toMatchObject({
      address: '127.0.0.1',
      enginePort: 23_760,
      ssh: { host: '127.0.0.1', port: sshPort },
    });
    expect(await host.domainXml()).toContain(`hostfwd=tcp:127.0.0.1:${sshPort}-:22`);
  });

  /** Another machine of the host, whose ports lead to it. */
  const neighbour = (host: DoubledHost, state: string, ports: readonly number[]) => {
    mkdirSync(join(host.root, 'domains', 'other'));
    host.put('domains/other/name', 'other\n');
    host.put('domains/other/state', `${state}\n`);
    const forwards = ports.map((port) => `hostfwd=tcp:127.0.0.1:${port}-:22`);
    host.put('domains/other/xml', `<qemu:arg value='user,id=qmnet,${forwards.join(',')}'/>\n`);
  };
  const sshPortOf = (test: Bench) => Number(test.state['sshPort']);
  const userMode = { networkKind: 'user', enginePort: 23_760 };

  it('in user mode takes no port of a machine that is off', async () => {
    const host = new DoubledHost();
    const first = benchOf(host, userMode);
    await first.create();
    const port = sshPortOf(first);
    await first.remove();
    neighbour(host, 'shut off', [port, port + 1]);
    const test = benchOf(host, userMode);
    await test.create();
    expect(sshPortOf(test)).toBe(port + 2);

    const refused = benchOf(host, { ...userMode, enginePort: port + 1 });
    for (const attempt of [() => refused.fixture.driver.precheck?.(refused.context, refused.options), refused.create]) {
      await refused.remove();
      await expect(attempt()).rejects.toMatchObject({
        code: 'input.invalid',
        fieldErrors: { 'options.enginePort': expect.stringContaining(`Port ${port + 1} of rack-1 belongs`) as string },
      });
    }
  });

  it('in user mode gets another port for SSH at a start where its own is taken, and is made with that', async () => {
    const host = new DoubledHost();
    const test = benchOf(host, userMode);
    await test.create();
    const before = sshPortOf(test);
    await call(test, 'kill');
    await call(test, 'start');
    expect(sshPortOf(test)).toBe(before);
    await call(test, 'kill');
    const taken = createServer().listen(before, '127.0.0.1');
    await once(taken, 'listening');
    try {
      await call(test, 'start');
    } finally {
      taken.close();
    }
    expect(sshPortOf(test)).toBe(before + 1);
    expect(await host.domainXml()).toContain(`hostfwd=tcp:127.0.0.1:${before + 1}-:22,`);
    expect(await test.observe()).toMatchObject({ state: 'running', ssh: { port: before + 1 } });
  });

  it('in user mode says what to do where the port of its engine is taken at a start', async () => {
    const host = new DoubledHost();
    const test = benchOf(host, userMode);
    await test.create();
    await call(test, 'kill');
    const sentence = expect.stringMatching(
      /in use by now.*Stop the machine that has it, or remove this one and choose another port\.$/,
    ) as string;
    neighbour(host, 'running', [userMode.enginePort]);
    await expect(call(test, 'start')).rejects.toMatchObject({ code: 'driver.failed', public: sentence });
    const taken = createServer().listen(userMode.enginePort, '127.0.0.1');
    await once(taken, 'listening');
    try {
      await expect(call(test, 'start')).rejects.toMatchObject({ code: 'driver.failed', public: sentence });
    } finally {
      taken.close();
    }
  });

  it('from the ISO of boot2docker gets a disk that asks to be formatted, with the key in it', async () => {
    const host = new DoubledHost();
    host.system = 'boot2docker';
    const test = benchOf(host, { sshUser: 'kim' });
    await test.create();
    expect(test.state).toMatchObject({ sshUser: 'docker' });
    const disk = join(host.folder, 'machines', 'team-1', 'machine-1', 'disk.qcow2');
    expect(readFileSync(disk, 'latin1')).toMatch(
      /^boot2docker, please format-me[\s\S]*ssh-ed25519[\s\S]*resized to 20G/,
    );
    expect((await test.left()).provider).toEqual(['disk', 'domain']);
    await test.remove();
    expect(await test.left()).toEqual({ ledger: [], provider: [] });
  });
});

describe('what stands in the way', () => {
  it('is user mode, where a machine is to come into a swarm', () => {
    const { driver } = new DoubledHost().fixture();
    const given = { hypervisorId: randomUUID(), imageId: randomUUID() };
    const faults = (more: object) => driver.swarmFaults?.(driver.options.parse({ ...given, ...more }));
    expect(Object.keys(faults({ networkKind: 'user' }) ?? {})).toEqual(['networkKind']);
    expect(faults({})).toEqual({});
    expect(faults({ networkKind: 'bridge', networkName: 'br0' })).toEqual({});
  });

  const precheck = (test: Bench) =>
    test.fixture.driver.precheck?.(test.context, test.options) ?? Promise.reject(new Error('no precheck'));

  it('is nothing on a host that has what is asked for, and changes nothing', async () => {
    const test = benchOf(new DoubledHost());
    await precheck(test);
    expect(await test.left()).toEqual({ ledger: [], provider: [] });
  });

  it('is a network that is unknown, or off', async () => {
    for (const networkName of ['nowhere', 'spare']) {
      await expect(precheck(benchOf(new DoubledHost(), { networkName }))).rejects.toMatchObject({
        code: 'input.invalid',
        fieldErrors: { 'options.networkName': expect.any(String) as string },
      });
    }
  });

  it('is a disk that is smaller than its image, before anything is made', async () => {
    const test = benchOf(new DoubledHost(), { diskGiB: 2 });
    await expect(test.create()).rejects.toMatchObject({
      fieldErrors: { 'options.diskGiB': 'The image alone has a disk of 3 GiB. Enter 3 or more.' },
    });
    expect(await test.left()).toEqual({ ledger: [], provider: [] });
  });

  it('is libvirt that does not answer, for every verb', async () => {
    const host = new DoubledHost();
    const test = benchOf(host);
    await test.create();
    host.put('down', '');
    for (const attempt of [test.observe, test.remove, () => call(test, 'stop'), () => test.inventory(null)]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'driver.unreachable' });
    }
  });

  it.each([
    ['no virsh', (host: DoubledHost) => void (host.hasVirsh = false), /has no virsh\. Install libvirt/],
    [
      'an account without rights',
      (host: DoubledHost) =>
        host.put(
          'fail/dominfo',
          'error: failed to connect to the hypervisor\nerror: authentication unavailable: no polkit agent available\n',
        ),
      /does not let this account in/,
    ],
  ])(
    'is %s: the removal fails and leaves everything, and is done once that is mended',
    async (_what, harm, sentence) => {
      const host = new DoubledHost();
      const test = benchOf(host);
      await test.create();
      const whole = await test.left();
      harm(host);
      await expect(test.remove()).rejects.toMatchObject({
        code: 'hypervisor.unusable',
        public: expect.stringMatching(sentence) as string,
      });
      expect(await test.left()).toEqual(whole);
      host.hasVirsh = true;
      rmSync(join(host.root, 'fail/dominfo'), { force: true });
      await test.remove();
      expect(await test.left()).toEqual({ ledger: [], provider: [] });
    },
  );

  it.each([
    ['start', 'error: internal error: KVM is not available', /KVM does not work on rack-1/, 'hypervisor.unusable'],
    [
      'start',
      'error: internal error: qemu unexpectedly closed the monitor: cannot set up guest memory: Cannot allocate memory',
      /too little memory left/,
      'driver.failed',
    ],
    [
      'start',
      'error: Failed to create file: No space left on device',
      /The disk of rack-1 is full/,
      'provision.disk-full',
    ],
    [
      'define',
      'error: unsupported configuration: of a kind that nobody knows',
      /could not define the virtual machine: unsupported/,
      'driver.failed',
    ],
  ])('is told in a sentence: %s', async (command, said, sentence, code) => {
    const host = new DoubledHost();
    host.put(`fail/${command}`, `${said}\n`);
    await expect(benchOf(host).create()).rejects.toMatchObject({
      code,
      public: expect.stringMatching(sentence) as string,
    });
  });

  it('is another choice, where the provider is asked', async () => {
    const test = benchOf(new DoubledHost());
    const choices = test.fixture.driver.choices?.['networkName'];
    expect(await choices?.(test.context, { ...test.options, networkKind: 'network' })).toEqual([
      { value: 'default', label: 'default', isDefault: true },
      { value: 'spare', label: 'spare', description: 'not active' },
    ]);
  });
});
