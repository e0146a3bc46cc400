import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { systemClock } from '@/server/clock/clock';
import type { Hypervisor } from '@/server/hypervisors/hypervisor';
import { loadMachine } from '@/server/operations/machines/load-machine';
import { openHost } from '@/server/operations/machines/open-host';
import { sh } from '@/server/ssh/shell';

import { isSshdInstalled, type Sshd, startSshd } from '../../../test/support/sshd';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';
import { type Listening, seedHost, startEngine, startSsh } from './host.test-support';
import { type ProbeOptions, probeMachine } from './probe-machine';
import { openTeamTls } from './team-tls';

const never = new AbortController().signal;

describe.skipIf(!isSshdInstalled)('a machine that is reached through its hypervisor host', () => {
  let console_: TestConsole;
  let owner: TestMember;
  let between: Sshd;
  let via: string;
  const servers: Listening[] = [];

  beforeAll(async () => {
    console_ = await createTestConsole({ clock: systemClock });
    owner = await console_.seedMember(await console_.seedTeam());
    await openTeamTls(console_.runtime, owner.team.id);
  });
  afterAll(() => console_.close());
  afterEach(async () => {
    await console_.runtime.hypervisors.close();
    await between.remove();
    for (const server of servers.splice(0)) await server.end();
  });

  const register = async (name: string, config: readonly string[] = []) => {
    const team = owner.team.slug;
    between = await startSshd({ config });
    const { privateKey } = between.target;
    const { id: sshKeyId } = await owner.call.sshKeys.create({ team, name: `Key of ${name}`, privateKey });
    const [hostKey] = between.hostKeys;
    if (!hostKey) throw new Error('the test sshd has a host key');
    const way = { kind: 'ssh', address: '127.0.0.1', port: between.port, user: between.target.user, sshKeyId } as const;
    via = (await owner.call.hypervisors.create({ team, name, ...way, hostKey })).id;
    return sshKeyId;
  };
  const started = async (server: Promise<Listening>): Promise<number> => {
    const listening = await server;
    servers.push(listening);
    return listening.port;
  };
  const options = async (): Promise<ProbeOptions> => ({
    signal: never,
    timeoutMs: 5000,
    context: await openTeamTls(console_.runtime, owner.team.id),
    isQuick: false,
  });
  const machineBehind = async (host: { sshPort: number; enginePort: number }) => {
    const machine = await loadMachine(console_.runtime, await seedHost(console_.runtime, owner, host));
    return { ...machine, target: { ...machine.target, via } };
  };
  const channels = async (): Promise<Hypervisor> =>
    console_.runtime.hypervisors.open({ teamId: owner.team.id, id: via }, never);

  it('is looked at over one connection, and the link ends with it', async () => {
    await register('Rack');
    const enginePort = await started(startEngine(console_.runtime, { teamId: owner.team.id }));
    const machine = await machineBehind({ sshPort: await started(startSsh()), enginePort });
    const before = await channels();
    const { health, facts, link } = await probeMachine(console_.runtime, machine, await options());
    expect(health).toMatchObject({ network: { state: 'ok' }, ssh: { state: 'ok' }, tls: { state: 'ok' } });
    expect(facts).toMatchObject({ engineVersion: '29.1.0' });
    expect(await channels()).toBe(before);
    expect(await link?.ping()).toBe(true);
    const ended = new Promise<void>((resolve) => link?.onEnd(resolve));
    between.drop();
    await ended;
    await expect(link?.ping()).rejects.toThrow(/ended/);
  });

  it('cannot be reached where its hypervisor host cannot, and says so', async () => {
    await register('Dark rack');
    const enginePort = await started(startEngine(console_.runtime, { teamId: owner.team.id }));
    const machine = await machineBehind({ sshPort: await started(startSsh()), enginePort });
    await between.stop();
    const { health } = await probeMachine(console_.runtime, machine, await options());
    const reason = expect.stringMatching(/^The hypervisor host Dark rack cannot be reached/) as string;
    expect(health).toMatchObject({ network: { state: 'failed', reason }, tls: { state: 'unknown' } });
  });

  it('is told apart from one whose hypervisor host lets nobody through', async () => {
    await register('Closed rack', ['AllowTcpForwarding no']);
    const enginePort = await started(startEngine(console_.runtime, { teamId: owner.team.id }));
    const machine = await machineBehind({ sshPort: await started(startSsh()), enginePort });
    const { health } = await probeMachine(console_.runtime, machine, await options());
    const reason = expect.stringMatching(/forbids connections through its SSH server/) as string;
    expect(health).toMatchObject({ network: { state: 'failed', reason } });
  });

  it('is signed in to through it', async () => {
    const sshKeyId = await register('Rack to sign in');
    const machine = await machineBehind({ sshPort: between.port, enginePort: 2376 });
    const ssh = { host: '127.0.0.1', port: between.port, user: between.target.user, keyId: sshKeyId };
    const connection = await openHost(console_.runtime, { ...machine, target: { ...machine.target, ssh } }, never);
    const { stdout } = await connection.run({ name: 'greet', script: sh`echo ahoy` }, never);
    expect(stdout).toBe('ahoy\n');
    // It came from the hypervisor host, whose end is the end of it.
    const closed = new Promise<void>((resolve) => connection.onClose(resolve));
    await console_.runtime.hypervisors.close();
    await closed;

    // The end of its own SSH server is noticed at once as well, though the way there stays.
    const server = await startSshd();
    const { privateKey } = server.target;
    const key = await owner.call.sshKeys.create({ team: owner.team.slug, name: 'Guest', privateKey });
    const guest = { ...ssh, port: server.port, keyId: key.id };
    const second = await openHost(console_.runtime, { ...machine, target: { ...machine.target, ssh: guest } }, never);
    const ended = new Promise<void>((resolve) => second.onClose(resolve));
    server.drop();
    await ended;
    await server.remove();
  });
});
