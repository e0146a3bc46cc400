import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type SelfTestResult, selfTestProbes } from '@/lib/self-test';
import { GateAdmissions } from '@/server/admission/gate-admissions';
import { systemClock } from '@/server/clock/clock';
import { jobKinds } from '@/server/jobs/list';
import { runJob } from '@/server/jobs/run-job';

import { type LabHost, labAvailable, prepareLab, startHost } from '../../../../e2e/lab/lab';
import { createTestConsole, type TestConsole, type TestMember } from '../../../../test/support/test-console';

const lab = await labAvailable();
const modes = ['engine', 'gate'] as const;

describe.skipIf(!lab.ok)('a self-test of a real host', () => {
  let console_: TestConsole;
  let owner: TestMember;
  let admissions: GateAdmissions;
  const hosts: LabHost[] = [];

  beforeAll(async () => {
    await prepareLab(['bookworm']);
    console_ = await createTestConsole({ clock: systemClock });
    admissions = new GateAdmissions(() => console_.runtime);
    Object.assign(console_.runtime, { admissions });
    owner = await console_.seedMember(await console_.seedTeam());
    for (let count = 0; count < modes.length; count += 1) {
      hosts.push(await startHost({ release: 'bookworm', engine: 'present' }));
    }
  });

  afterAll(async () => {
    await admissions.close();
    await Promise.all(hosts.map((host) => host.stop()));
    await console_.close();
  });

  const run = async (jobId: string) => {
    await runJob(console_.runtime, jobId, { kinds: jobKinds, stopping: new AbortController().signal });
    const where = { id: jobId };
    return console_.runtime.database.prisma.job.findUniqueOrThrow({ where, include: { logs: true } });
  };

  it.each(modes)('passes where the %s enforces, and leaves the host as it was', async (mode) => {
    const team = owner.team.slug;
    const host = hosts[modes.indexOf(mode)];
    if (!host) throw new Error('no host');
    const key = await owner.call.sshKeys.create({ team, name: `lab-${mode}`, privateKey: host.privateKey });
    const { jobId } = await owner.call.machines.create({
      team,
      name: mode,
      driver: 'generic',
      options: { address: host.address, sshUser: host.user, sshKeyId: key.id },
      engine: {},
      enforcement: mode,
    });
    expect((await run(jobId)).error).toBeNull();
    const before = await host.snapshot(['/etc/docker', '/etc/systemd']);

    const { jobIds } = await owner.call.selfTests.start({ team, machines: [mode] });
    const job = await run(jobIds[0] ?? '');
    expect(job.error, job.logs.map((row) => row.text).join('\n')).toBeNull();
    const [test] = await owner.call.selfTests.list({ team, machine: mode });
    expect(test?.passed, JSON.stringify(test?.results, null, 1)).toBe(true);
    expect(test?.results.map((row: SelfTestResult) => row.probe)).toEqual(selfTestProbes);
    expect(await host.snapshot(['/etc/docker', '/etc/systemd'])).toEqual(before);
    if (process.env['SHOW_SELF_TEST']) console.log(JSON.stringify(test?.results, null, 1));
  });
});
