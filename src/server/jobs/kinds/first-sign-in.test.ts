import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { leapingClock } from '@/server/clock/leaping-clock.test-support';
import { jobKinds } from '@/server/jobs/list';
import { runJob } from '@/server/jobs/run-job';
import { startJob } from '@/server/jobs/start-job';
import { closedPort } from '@/server/monitor/host.test-support';

import { isSshdInstalled, type Sshd, startSshd } from '../../../../test/support/sshd';
import { createTestConsole, type TestConsole, type TestMember } from '../../../../test/support/test-console';

let console_: TestConsole;
let owner: TestMember;
let sshd: Sshd | undefined;
let relay: Server | undefined;
/** What happens while the step sleeps. */
let meanwhile: () => Promise<void> = () => Promise.resolve();
const clock = leapingClock({ onSleep: () => meanwhile() });

beforeAll(async () => {
  console_ = await createTestConsole({ clock });
});
afterAll(() => console_.close());
afterEach(async () => {
  relay?.close();
  await sshd?.remove();
  sshd = relay = undefined;
});

const prisma = () => console_.runtime.database.prisma;

interface Place {
  readonly driver: 'amazonec2' | 'generic';
  readonly port: number;
  readonly user?: string;
  readonly privateKey?: string;
}

/** Starts the creation of a machine that its driver has made, and of which only the sign-in lacks. */
async function startCreation({ driver, port, user = 'ada', privateKey }: Place): Promise<string> {
  owner = await console_.seedMember(await console_.seedTeam());
  const { slug: team, id: teamId } = owner.team;
  const { id: keyId } = privateKey
    ? await owner.call.sshKeys.create({ team, name: 'edge-1', privateKey })
    : await owner.call.sshKeys.generate({ team, name: 'edge-1' });
  const ssh = { sshPort: port, sshUser: user };
  const { id: machineId } = await prisma().machine.create({
    data: {
      teamId,
      name: 'edge-1',
      driver,
      options:
        driver === 'generic'
          ? { address: '127.0.0.1', sshKeyId: keyId, ...ssh }
          : { credentialId: randomUUID(), region: 'eu-central-1', ...ssh },
      driverState: driver === 'generic' ? {} : { address: '127.0.0.1', keyId },
      engineSettings: {},
      enginePort: 2376,
      ownerId: owner.user.id,
      state: 'creating',
    },
    select: { id: true },
  });
  const kind = jobKinds.get('machine.create');
  if (!kind) throw new Error('no kind makes machines');
  const payload = { machineId, provisioning: 'ssh' };
  const { id } = await prisma().$transaction((tx) =>
    startJob(console_.runtime, tx, { kind, actor: owner.actor, machineId, subject: 'edge-1', payload }),
  );
  await prisma().jobStep.deleteMany({ where: { jobId: id, name: { not: 'connect' } } });
  return id;
}

/** Runs the sign-in alone. */
async function run(id: string) {
  const kind = jobKinds.get('machine.create');
  if (!kind) throw new Error('no kind makes machines');
  const steps: typeof kind.steps = (payload) => kind.steps(payload).filter(({ name }) => name === 'connect');
  const kinds = new Map([[kind.id, { ...kind, steps }]]);
  const sinceMs = clock.now().getTime();
  await runJob(console_.runtime, id, { kinds, stopping: new AbortController().signal });
  const job = await prisma().job.findUniqueOrThrow({ where: { id }, include: { logs: { orderBy: { seq: 'asc' } } } });
  const log = job.logs.map(({ text }) => text).join('\n');
  return { state: job.state, error: job.error, log, tookMs: clock.now().getTime() - sinceMs };
}

const retry = (id: string) => owner.call.jobs.retry({ team: owner.team.slug, job: id });

describe.skipIf(!isSshdInstalled)('the first sign-in to a machine (needs sshd: apt-get install openssh-server)', () => {
  it('waits for a host that its driver has just made and that refuses connections while it boots', async () => {
    sshd = await startSshd();
    const { user, privateKey, port: behind } = sshd.target;
    const port = await closedPort();
    const id = await startCreation({ driver: 'amazonec2', port, user, privateKey });
    let sleeps = 0;
    meanwhile = async () => {
      sleeps += 1;
      if (sleeps !== 10) return;
      relay = createServer((socket) => {
        const onward = connect(behind, '127.0.0.1');
        for (const one of [socket, onward]) one.on('error', () => undefined);
        socket.pipe(onward).pipe(socket);
      }).listen(port, '127.0.0.1');
      await once(relay, 'listening');
    };
    const job = await run(id);
    expect(job.state, job.log).toBe('succeeded');
    expect(job.log).toMatch(/Waiting for the host: .*refuses connections/);
    expect(job.log).toContain('Signed in.');
    expect(await prisma().hostKey.count({ where: { teamId: owner.team.id } })).toBe(1);
  });
});

describe('the first sign-in to a machine that does not answer', () => {
  it('ends after ten minutes with what was seen last, and a retry waits again', async () => {
    meanwhile = () => Promise.resolve();
    const id = await startCreation({ driver: 'amazonec2', port: await closedPort() });
    for (const again of [false, true]) {
      if (again) await retry(id);
      const job = await run(id);
      expect(job.state, job.log).toBe('failed');
      expect(job.error).toMatchObject({
        code: 'ssh.timeout',
        public: expect.stringMatching(/within 600 s\. Last seen: .*refuses connections/) as string,
      });
      expect(job.tookMs).toBeGreaterThan(9 * 60_000);
    }
  });

  it('is told at once where somebody else has entered the address', async () => {
    const id = await startCreation({ driver: 'generic', port: await closedPort() });
    const job = await run(id);
    expect(job.error).toMatchObject({ code: 'ssh.port-closed' });
    expect(job.tookMs).toBe(0);
  });
});
