import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { systemClock } from '@/server/clock/clock';
import { lookAtMachine } from '@/server/operations/machines/look-at-machine';

import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';
import { closedPort, type EngineKind, type Listening, seedHost, startEngine, startSsh } from './host.test-support';

let console_: TestConsole;
let owner: TestMember;
let foreign: TestMember;
const servers: Listening[] = [];
const never = new AbortController().signal;

beforeAll(async () => {
  console_ = await createTestConsole({ clock: systemClock });
  owner = await console_.seedMember(await console_.seedTeam());
  foreign = await console_.seedMember(await console_.seedTeam());
});
afterAll(() => console_.close());
afterEach(async () => {
  for (const server of servers.splice(0)) await server.end();
});

const started = async (server: Promise<Listening>): Promise<number> => {
  const listening = await server;
  servers.push(listening);
  return listening.port;
};
const engine = (kind: Partial<EngineKind> = {}) =>
  started(startEngine(console_.runtime, { teamId: owner.team.id, ...kind }));
const ssh = (kind?: 'banner' | 'cut') => started(startSsh(kind));

const lookAt = async (host: { sshPort: number; enginePort: number }) => {
  const machine = await seedHost(console_.runtime, owner, host);
  await lookAtMachine(console_.runtime, machine, never);
  return console_.runtime.database.prisma.machine.findUniqueOrThrow({ where: { id: machine.id } });
};

const link = (state: string, reason: string | null = null) => ({ state, reason });
const because = (pattern: RegExp) => expect.stringMatching(pattern) as string;

describe('a look at a machine', () => {
  it('finds nothing wrong where everything answers, and reads the figures of the engine', async () => {
    expect(await lookAt({ sshPort: await ssh(), enginePort: await engine() })).toMatchObject({
      state: 'running',
      problem: null,
      health: { provider: link('ok'), network: link('ok'), ssh: link('ok'), tls: link('ok'), engine: link('ok') },
      facts: { engineVersion: '29.1.0', containersRunning: 1 },
    });
  });

  it.each([
    ['nothing listens on the port of SSH', closedPort, because(/refuses connections/)],
    ['SSH ends the connection', () => ssh('cut'), expect.any(String) as string],
  ])('tells that SSH refuses where %s; the machine goes on running', async (_title, sshPort, reason) => {
    expect(await lookAt({ sshPort: await sshPort(), enginePort: await engine() })).toMatchObject({
      state: 'running',
      problem: 'ssh-refused',
      health: { network: link('ok'), ssh: { state: 'failed', reason }, engine: link('ok') },
    });
  });

  it('tells that the engine is down where its port is closed', async () => {
    expect(await lookAt({ sshPort: await ssh(), enginePort: await closedPort() })).toMatchObject({
      state: 'degraded',
      problem: 'engine-down',
      health: { ssh: link('ok'), tls: link('unknown'), engine: { state: 'failed', reason: because(/refuses/) } },
    });
  });

  it.each([
    ['an error', { status: 500, body: '{}' }],
    ['something that is no engine', { status: 200, body: 'hello' }],
  ])('tells that the engine is down where it answers with %s', async (_title, answer) => {
    const enginePort = await engine({ answer: () => answer });
    expect(await lookAt({ sshPort: await ssh(), enginePort })).toMatchObject({
      state: 'degraded',
      problem: 'engine-down',
      health: { tls: link('ok'), engine: { state: 'failed' } },
    });
  });

  it("tells that TLS is wrong where the certificate is another CA's", async () => {
    expect(await lookAt({ sshPort: await ssh(), enginePort: await engine({ teamId: foreign.team.id }) })).toMatchObject(
      {
        state: 'degraded',
        problem: 'tls-wrong',
        health: { tls: { state: 'failed', reason: because(/engine CA/) }, engine: link('unknown') },
      },
    );
  });

  it('tells that TLS is wrong where something else listens', async () => {
    expect(await lookAt({ sshPort: await ssh(), enginePort: await ssh() })).toMatchObject({ problem: 'tls-wrong' });
  });

  it('tells that the certificate has expired', async () => {
    expect(await lookAt({ sshPort: await ssh(), enginePort: await engine({ isExpired: true }) })).toMatchObject({
      state: 'degraded',
      problem: 'certificate-expired',
      health: { tls: { state: 'failed', reason: because(/not valid at this time/) } },
    });
  });

  it('writes nothing where it finds what is known', async () => {
    const host = { sshPort: await ssh(), enginePort: await engine() };
    const before = await lookAt(host);
    await lookAtMachine(console_.runtime, before, never);
    const { prisma } = console_.runtime.database;
    expect(await prisma.machine.findUniqueOrThrow({ where: { id: before.id } })).toEqual(before);
  });
});
