import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { systemClock } from '@/server/clock/clock';
import { AppError } from '@/server/errors/app-error';
import type { JobKind, Step } from '@/server/jobs/job-kind';
import { jobKinds } from '@/server/jobs/list';
import { runJob } from '@/server/jobs/run-job';

import { labAvailable, type LabHost, prepareLab, startHost } from '../../../../e2e/lab/lab';
import { createTestConsole, type TestConsole, type TestMember } from '../../../../test/support/test-console';

const lab = await labAvailable();

const watched = [
  '/etc/apt',
  '/etc/systemd',
  '/etc/docker',
  '/etc/quaymaster',
  '/var/lib/quaymaster',
  '/run/quaymaster',
];
const packages = "dpkg-query -W -f '${db:Status-Abbrev} ${binary:Package}\\n' | grep ^ii";

/** A creation that fails at one step, when all of it is done. */
const breakingOff = (name: string): ReadonlyMap<string, JobKind> => {
  const create = jobKinds.get('machine.create');
  if (!create) throw new Error('no kind creates machines');
  const fail = () => new AppError({ code: 'provision.command-failed', public: 'Broken off by the test.' });
  const broken = (step: Step<unknown, object>): Step<unknown, object> => ({
    ...step,
    run: async (ctx) => {
      await step.run(ctx);
      throw fail();
    },
  });
  const steps: JobKind['steps'] = (payload) =>
    create.steps(payload).map((step) => (step.name === name ? broken(step) : step));
  return new Map([...jobKinds, [create.id, { ...create, steps }]]);
};

describe.skipIf(!lab.ok).each([
  { engine: 'absent', enforcement: 'gate', source: 'distribution' },
  { engine: 'present', enforcement: 'engine', source: 'present' },
] as const)('a creation on a host whose engine is $engine, enforced by the $enforcement', (setUp) => {
  let console_: TestConsole;
  let member: TestMember;
  let host: LabHost;
  let sshKeyId: string;
  let before: unknown;

  const state = async () => ({
    files: await host.snapshot(watched),
    packages: await host.run(packages),
    name: await host.run('hostname'),
    data: (await host.exec('ls -d /var/lib/docker /var/lib/containerd')).stdout,
    units: (await host.exec('systemctl is-enabled docker.service docker.socket; systemctl is-active docker.service'))
      .stdout,
    port: (await host.exec('ss -Hltn sport = :2376')).stdout,
  });

  beforeAll(async () => {
    await prepareLab(['bookworm']);
    [console_, host] = await Promise.all([
      createTestConsole({ clock: systemClock }),
      startHost({ release: 'bookworm', engine: setUp.engine }),
    ]);
    member = await console_.seedMember(await console_.seedTeam());
    const input = { team: member.team.slug, name: 'lab', privateKey: host.privateKey };
    sshKeyId = (await member.call.sshKeys.create(input)).id;
    before = await state();
  });

  afterAll(async () => {
    await host?.stop();
    await console_?.close();
  });

  const run = async (jobId: string, kinds = jobKinds) => {
    await runJob(console_.runtime, jobId, { kinds, stopping: new AbortController().signal });
    return console_.runtime.database.prisma.job.findUniqueOrThrow({
      where: { id: jobId },
      select: { state: true, error: true, steps: { select: { name: true, state: true }, orderBy: { index: 'asc' } } },
    });
  };

  // Before the next one begins is where the last one is done, so each place is tried once.
  const steps =
    setUp.engine === 'absent'
      ? ['back-up', 'install-engine', 'configure-engine', 'read-facts']
      : ['write-engine-tls', 'start-engine'];

  it.each(steps)('leaves the host as it was when it breaks off after %s and is rolled back', async (step) => {
    const { team } = member;
    const name = `after-${step}`;
    const { jobId } = await member.call.machines.create({
      team: team.slug,
      name,
      driver: 'generic',
      options: { address: host.address, sshUser: host.user, sshKeyId },
      engine: { source: { kind: setUp.source } },
      enforcement: setUp.enforcement,
    });
    const failed = await run(jobId, breakingOff(step));
    expect(failed.error).toMatchObject({ public: 'Broken off by the test.' });
    const rollBack = await member.call.jobs.rollBack({ team: team.slug, job: jobId });
    const rolledBack = await run(rollBack.jobId);
    expect(rolledBack.error).toBeNull();
    expect(rolledBack.state).toBe('succeeded');
    expect(await state()).toEqual(before);
    expect((await member.call.machines.get({ team: team.slug, machine: name })).state).toBe('failed');
    const removal = { mode: 'forget', removeEngine: false, deleteData: false } as const;
    const removed = await member.call.machines.remove({ team: team.slug, machine: name, confirm: name, ...removal });
    expect((await run(removed.jobId)).state).toBe('succeeded');
  });

  it('can be retried after a roll-back, and then is a machine', async () => {
    const { jobId } = await member.call.machines.create({
      team: member.team.slug,
      name: 'again',
      driver: 'generic',
      options: { address: host.address, sshUser: host.user, sshKeyId },
      engine: { source: { kind: setUp.source } },
      enforcement: setUp.enforcement,
    });
    await run(jobId, breakingOff('verify-engine'));
    await run((await member.call.jobs.rollBack({ team: member.team.slug, job: jobId })).jobId);
    await member.call.jobs.retry({ team: member.team.slug, job: jobId });
    const created = await run(jobId);
    expect(created.error).toBeNull();
    expect((await member.call.machines.get({ team: member.team.slug, machine: 'again' })).state).toBe('running');
  });
});
