import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { type SelfTestResult, selfTestProbes } from '@/lib/self-test';
import { wantedAdmissions } from '@/server/admission/wanted-admission';
import { systemClock } from '@/server/clock/clock';
import { AppError } from '@/server/errors/app-error';
import { HandedOver } from '@/server/jobs/interruption';
import { jobKinds } from '@/server/jobs/list';
import { runJob } from '@/server/jobs/run-job';
import { ensureAuthority, openAuthority } from '@/server/operations/pki/ensure-authority';
import { issueServerCertificate } from '@/server/pki/server-certificate';
import { type Faults, startTestHost, type TestHost } from '@/server/self-test/host.test-support';

import { createTestConsole, type TestConsole, type TestMember } from '../../../../test/support/test-console';

let console_: TestConsole;
let owner: TestMember;
const hosts: TestHost[] = [];

beforeAll(async () => {
  console_ = await createTestConsole({ clock: systemClock });
  owner = await console_.seedMember(await console_.seedTeam());
});
afterAll(() => console_.close());
afterEach(() => {
  for (const host of hosts.splice(0)) host.close();
});

const prisma = () => console_.runtime.database.prisma;

/** A machine whose gate is a TLS server here, which a push brings up to date as a real one. */
async function seedMachine(name: string, faults: Faults = {}) {
  const { runtime } = console_;
  const place = { runtime, teamId: owner.team.id };
  const engineCa = await openAuthority(runtime, await ensureAuthority(place, { kind: 'engine' }));
  const consoleCa = await ensureAuthority(place, { kind: 'console' });
  const names = { commonName: name, sans: ['127.0.0.1'], keyBits: 2048, validForDays: 1, now: new Date() } as const;
  const server = await issueServerCertificate({ ca: engineCa, ...names });
  const host = await startTestHost({ server, clientCaPem: consoleCa.certificatePem }, faults);
  hosts.push(host);
  const machine = await prisma().machine.create({
    data: {
      teamId: owner.team.id,
      name,
      driver: 'generic',
      options: { address: '127.0.0.1', sshKeyId: '01900000-0000-7000-8000-000000000000', enginePort: host.port },
      engineSettings: {},
      address: '127.0.0.1',
      enforcement: 'gate',
      state: 'running',
    },
  });
  const pushNow = async (id: string): Promise<void> => {
    const wanted = await wantedAdmissions({ database: runtime.database, now: new Date() }, [id]);
    host.admit(wanted.get(id)?.admission.fingerprints ?? []);
  };
  console_.admissions.pushNow = pushNow;
  return { id: machine.id, name, pushNow };
}

const start = async (machine: { name: string }): Promise<string> => {
  const { jobIds } = await owner.call.selfTests.start({ team: owner.team.slug, machines: [machine.name] });
  return jobIds[0] ?? '';
};

const run = (jobId: string, stopping = new AbortController().signal) =>
  runJob(console_.runtime, jobId, { kinds: jobKinds, stopping });

const read = async (machine: { id: string; name: string }, jobId: string) => {
  const test = await prisma().selfTest.findFirstOrThrow({ where: { jobId } });
  return {
    job: await prisma().job.findUniqueOrThrow({ where: { id: jobId } }),
    ...test,
    results: test.results as unknown as SelfTestResult[],
    canaries: await prisma().certificate.findMany({ where: { machineId: machine.id, kind: 'canary' } }),
    alarms: await prisma().notification.count({ where: { cause: `self-test:${machine.id}` } }),
  };
};

describe('machine.self-test', () => {
  it('passes a machine whose gate holds, with a canary that is revoked like any certificate and has no key any more', async () => {
    const machine = await seedMachine('holds');
    const jobId = await start(machine);
    await run(jobId);
    const test = await read(machine, jobId);
    expect(test.job.state, JSON.stringify(test.job.error)).toBe('succeeded');
    expect(test.passed, JSON.stringify(test.results)).toBe(true);
    expect(test.results.map((row) => row.probe)).toEqual(selfTestProbes);
    expect(test.finishedAt).not.toBeNull();
    expect(test.canaries).toEqual([expect.objectContaining({ status: 'revoked', secretId: null })]);
    expect(test.alarms).toBe(0);
    const changes = await prisma().accessChange.findMany({
      where: { receipts: { some: { machineId: machine.id } } },
      orderBy: { requestedAt: 'asc' },
    });
    expect(changes.map((row) => [row.kind, row.fingerprints])).toEqual(
      ['issue', 'revoke'].map((kind) => [kind, [test.canaries[0]?.fingerprint]]),
    );
  });

  it('fails one that resumes sessions, and tells the admins', async () => {
    const machine = await seedMachine('resumes', { trustsResumed: true });
    const jobId = await start(machine);
    await run(jobId);
    const test = await read(machine, jobId);
    expect(test.passed).toBe(false);
    expect(test.results.filter((row) => row.outcome === 'admitted').map((row) => row.probe)).toEqual([
      'admitted',
      'resumed-tls12',
      'resumed-tls13',
    ]);
    expect(test.alarms).toBe(1);
  });

  it('proves nothing where the host cannot be brought up to date: the job fails, and the canary is revoked', async () => {
    const machine = await seedMachine('gone');
    const { pushNow } = machine;
    const jobId = await start(machine);
    let pushes = 0;
    // The canary was admitted in both steps; the push of its revocation meets a host that is gone.
    console_.admissions.pushNow = (id) => {
      pushes += 1;
      if (pushes <= 2) return pushNow(id);
      return Promise.reject(new AppError({ code: 'ssh.timeout', public: 'The host does not answer.' }));
    };
    await run(jobId);
    const test = await read(machine, jobId);
    expect(test.job).toMatchObject({ state: 'failed', error: { code: 'ssh.timeout' } });
    expect(test).toMatchObject({ passed: null, results: [], alarms: 0 });
    expect(test.finishedAt).not.toBeNull();
    expect(test.canaries).toEqual([expect.objectContaining({ status: 'revoked', secretId: null })]);
  });

  it('goes on after a crash at any push, and leaves no canary behind', async () => {
    for (const crashAt of [1, 2, 3]) {
      const machine = await seedMachine(`crash-${crashAt}`);
      const { pushNow } = machine;
      const jobId = await start(machine);
      let pushes = 0;
      const stopping = new AbortController();
      console_.admissions.pushNow = async (id) => {
        pushes += 1;
        if (pushes !== crashAt) return pushNow(id);
        stopping.abort(new HandedOver());
        return new Promise(() => undefined);
      };
      await expect(run(jobId, stopping.signal)).rejects.toBeInstanceOf(HandedOver);
      await run(jobId);
      const test = await read(machine, jobId);
      expect(test.passed, `${crashAt}: ${JSON.stringify(test.results)}`).toBe(true);
      expect(test.canaries.every((row) => row.status === 'revoked' && row.secretId === null)).toBe(true);
    }
  });
});
