import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { systemClock } from '@/server/clock/clock';
import { AppError } from '@/server/errors/app-error';
import type { JobKind } from '@/server/jobs/job-kind';
import { jobKinds } from '@/server/jobs/list';
import { runJob } from '@/server/jobs/run-job';

import { labAvailable, type LabHost, prepareLab, stageImage, startHost } from '../../../../e2e/lab/lab';
import { createTestConsole, type TestConsole, type TestMember } from '../../../../test/support/test-console';

const lab = await labAvailable();

const labels = "docker info --format '{{json .Labels}}'";

/** Settings whose engine runs with them, and whose check then fails. */
const failingToVerify = (): ReadonlyMap<string, JobKind> => {
  const kind = jobKinds.get('machine.apply-settings');
  if (!kind) throw new Error('no kind applies settings');
  const steps: JobKind['steps'] = (payload) =>
    kind.steps(payload).map((step) => ({
      ...step,
      run: async (ctx) => {
        await step.run(ctx);
        if (step.name !== 'verify-engine') return;
        throw new AppError({ code: 'provision.engine-verify-failed', public: 'Refused by the test.' });
      },
    }));
  return new Map([...jobKinds, [kind.id, { ...kind, steps }]]);
};

describe.skipIf(!lab.ok)('a machine with a gate that is given other settings, and is set up again', () => {
  let console_: TestConsole;
  let member: TestMember;
  let host: LabHost;
  let container: string;

  const run = async (jobId: string, kinds = jobKinds) => {
    await runJob(console_.runtime, jobId, { kinds, stopping: new AbortController().signal });
    return console_.runtime.database.prisma.job.findUniqueOrThrow({
      where: { id: jobId },
      select: { state: true, error: true },
    });
  };

  const act = async (action: 'apply-settings' | 'provision', settings?: Record<string, unknown>) => {
    const machine = { team: member.team.slug, machine: 'edge-1' };
    const { jobId } = await member.call.machines.act({ ...machine, action, ...(settings && { settings }) });
    return jobId;
  };

  const pid = async () => (await host.run(`docker inspect -f '{{.State.Pid}}' ${container}`)).trim();

  beforeAll(async () => {
    await prepareLab(['bookworm']);
    [console_, host] = await Promise.all([
      createTestConsole({ clock: systemClock }),
      startHost({ release: 'bookworm', engine: 'present' }),
    ]);
    member = await console_.seedMember(await console_.seedTeam());
    const { team } = member;
    const key = await member.call.sshKeys.create({ team: team.slug, name: 'lab', privateKey: host.privateKey });
    const { jobId } = await member.call.machines.create({
      team: team.slug,
      name: 'edge-1',
      driver: 'generic',
      options: { address: host.address, sshUser: host.user, sshKeyId: key.id },
      engine: { source: { kind: 'present' }, labels: ['site=north'] },
      enforcement: 'gate',
    });
    const created = await run(jobId);
    if (created.state !== 'succeeded') throw new Error(`edge-1 was not created: ${JSON.stringify(created.error)}`);
    const image = await stageImage(host);
    container = (await host.run('docker run -d "$1" sleep 100000', { args: [image] })).trim();
  });

  afterAll(async () => {
    await host?.stop();
    await console_?.close();
  });

  it('has its engine run with them, and its containers go on', async () => {
    const before = await pid();
    expect(await run(await act('apply-settings', { labels: ['site=south'] }))).toMatchObject({ error: null });
    expect(await host.run(labels)).toContain('site=south');
    expect(await pid()).toBe(before);
    const { engineSettings } = await member.call.machines.get({ team: member.team.slug, machine: 'edge-1' });
    expect(engineSettings).toMatchObject({ labels: ['site=south'] });
  });

  it('goes back to its former ones when they are rolled back', async () => {
    const before = await pid();
    const jobId = await act('apply-settings', { labels: ['site=east'] });
    expect((await run(jobId, failingToVerify())).error).toMatchObject({ public: 'Refused by the test.' });
    expect(await host.run(labels)).toContain('site=east');
    const rollBack = await member.call.jobs.rollBack({ team: member.team.slug, job: jobId });
    expect(await run(rollBack.jobId)).toMatchObject({ state: 'succeeded', error: null });
    expect(await host.run(labels)).toContain('site=south');
    expect(await pid()).toBe(before);
  });

  it('gets back what somebody took away on the host when it is set up again', async () => {
    const before = await pid();
    await host.run('rm /etc/docker/daemon.json && systemctl restart docker && systemctl stop quaymaster-gate.service');
    expect(await run(await act('provision'))).toMatchObject({ state: 'succeeded', error: null });
    expect(await host.run(labels)).toContain('site=south');
    expect((await host.exec('systemctl is-active quaymaster-gate.service')).stdout.trim()).toBe('active');
    // The engine that was restarted without live-restore has stopped its containers: that was not the console.
    expect(await pid()).not.toBe(before);
  });
});
