import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { systemClock } from '@/server/clock/clock';
import { jobKinds } from '@/server/jobs/list';
import { runJob } from '@/server/jobs/run-job';

import { type LabHost, labAvailable, prepareLab, startHost } from '../../../../e2e/lab/lab';
import { createTestConsole, type TestConsole, type TestMember } from '../../../../test/support/test-console';

const lab = await labAvailable();

describe.skipIf(!lab.ok)('a machine on a real host', () => {
  let console_: TestConsole;
  let member: TestMember;
  let host: LabHost;
  let sshKeyId: string;

  beforeAll(async () => {
    await prepareLab(['bookworm']);
    [console_, host] = await Promise.all([
      createTestConsole({ clock: systemClock }),
      startHost({ release: 'bookworm', engine: 'present' }),
    ]);
    member = await console_.seedMember(await console_.seedTeam());
    const key = await member.call.sshKeys.create({
      team: member.team.slug,
      name: 'lab',
      privateKey: host.privateKey,
    });
    sshKeyId = key.id;
  });

  afterAll(async () => {
    await host.stop();
    await console_.close();
  });

  const runLast = async () => {
    const { jobId } = console_.queue.deliveries.at(-1) ?? { jobId: '' };
    await runJob(console_.runtime, jobId, { kinds: jobKinds, stopping: new AbortController().signal });
    return console_.runtime.database.prisma.job.findUniqueOrThrow({
      where: { id: jobId },
      include: { steps: { orderBy: { index: 'asc' } }, logs: { orderBy: { seq: 'asc' } } },
    });
  };

  const timings = (job: Awaited<ReturnType<typeof runLast>>) =>
    job.steps.map((step) => `${step.name} ${(step.finishedAt?.getTime() ?? 0) - (step.startedAt?.getTime() ?? 0)} ms`);

  it('is created, answers over TLS, and its host is given back as it was', async () => {
    const { team } = member;
    const before = await host.snapshot(['/etc']);
    await member.call.machines.create({
      team: team.slug,
      name: 'edge-1',
      driver: 'generic',
      options: { address: host.address, sshUser: host.user, sshKeyId },
      engine: { source: { kind: 'present' }, labels: ['env=test'] },
      enforcement: 'engine',
    });
    const created = await runLast();
    expect(created.error).toBeNull();
    expect(created.state).toBe('succeeded');
    expect(timings(created)).toHaveLength(14);
    const machine = await member.call.machines.get({ team: team.slug, machine: 'edge-1' });
    expect(machine.state).toBe('running');
    expect(machine.health).toMatchObject({ tls: { state: 'ok' }, engine: { state: 'ok' }, ssh: { state: 'ok' } });
    expect(machine.facts?.engineVersion).toMatch(/^\d+\./);
    expect(machine.labels).toEqual({ env: 'test' });
    expect(machine.admitted[0]?.confirmedAt).toBeInstanceOf(Date);

    await member.call.machines.remove({
      team: team.slug,
      machine: 'edge-1',
      confirm: 'edge-1',
      mode: 'restore',
      removeEngine: true,
      deleteData: false,
    });
    const removed = await runLast();
    expect(removed.error).toBeNull();
    expect(removed.state).toBe('succeeded');
    expect(await host.snapshot(['/etc'])).toEqual(before);
    expect(await member.call.machines.list({ team: team.slug })).toMatchObject({ machines: [], total: 0 });
  });
});
