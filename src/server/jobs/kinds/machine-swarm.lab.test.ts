import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { SwarmChoice } from '@/lib/swarm';
import { systemClock } from '@/server/clock/clock';
import { jobKinds } from '@/server/jobs/list';
import { runJob } from '@/server/jobs/run-job';

import { type LabHost, labAvailable, prepareLab, stageImage, startHost } from '../../../../e2e/lab/lab';
import { rejection } from '../../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../../test/support/test-console';

const lab = await labAvailable();

describe.skipIf(!lab.ok)('a swarm of three real hosts', () => {
  let console_: TestConsole;
  let owner: TestMember;
  let hosts: LabHost[];
  let keyId: string;
  const names = ['edge-1', 'edge-2', 'edge-3'] as const;

  beforeAll(async () => {
    await prepareLab(['bookworm']);
    console_ = await createTestConsole({ clock: systemClock });
    owner = await console_.seedMember(await console_.seedTeam());
    hosts = await Promise.all(names.map(() => startHost({ release: 'bookworm', engine: 'present' })));
    const keys = await Promise.all(
      hosts.map(({ privateKey }, nth) => owner.call.sshKeys.create({ ...team(), name: `lab-${nth}`, privateKey })),
    );
    keyId = keys[0]?.id ?? '';
    keyIds = keys.map(({ id }) => id);
  });
  afterAll(async () => {
    for (const host of hosts ?? []) await host.stop();
    await console_?.close();
  });

  let keyIds: string[] = [];
  const team = () => ({ team: owner.team.slug });
  const prisma = () => console_.runtime.database.prisma;
  const run = async (jobId: string) => {
    await runJob(console_.runtime, jobId, { kinds: jobKinds, stopping: new AbortController().signal });
    const job = await prisma().job.findUniqueOrThrow({ where: { id: jobId }, include: { logs: true, steps: true } });
    const log = job.logs.map(({ text }) => text).join('\n');
    expect(job.state, log).toBe('succeeded');
    return { ...job, log };
  };
  const create = async (nth: number, more: { swarm?: SwarmChoice; enforcement?: 'gate' | 'engine' } = {}) => {
    const { address = '', user = '' } = hosts[nth] ?? {};
    const options = { address, sshUser: user, sshKeyId: keyIds[nth] ?? keyId };
    const input = { name: names[nth] ?? '', driver: 'generic', options, engine: { source: { kind: 'present' } } };
    const { jobId } = await owner.call.machines.create({ ...team(), ...input, enforcement: 'engine', ...more });
    return run(jobId);
  };
  const swarm = async () => {
    const [first] = await owner.call.swarms.list(team());
    if (!first) throw new Error('there is no swarm');
    return first;
  };
  const nodes = async () => {
    const found = await owner.call.swarms.nodes({ ...team(), swarm: (await swarm()).id });
    return found.map(({ machine, role, availability, state }) => [machine?.name, role, availability, state].join(' '));
  };
  const nodeOf = async (name: string) => {
    const found = await owner.call.swarms.nodes({ ...team(), swarm: (await swarm()).id });
    return { swarm: (await swarm()).id, nodeId: found.find(({ machine }) => machine?.name === name)?.id ?? '' };
  };
  const change = async (name: string, to: { role?: 'manager' | 'worker'; availability?: 'active' | 'drain' }) =>
    owner.call.swarms.changeNode({ ...team(), ...(await nodeOf(name)), ...to });
  const until = async (wanted: readonly string[]) => {
    await expect.poll(nodes, { timeout: 30_000, interval: 500 }).toEqual(wanted);
  };

  it('is started at the creation of one, joined at that of another, and later by the third', async () => {
    await create(0, { swarm: { kind: 'init', name: 'harbour' } });
    expect(await swarm()).toMatchObject({ name: 'harbour', machines: [{ name: 'edge-1', role: 'manager' }] });
    const { id: swarmId } = await swarm();
    // Behind a gate as well.
    await create(1, { swarm: { kind: 'join', swarmId, role: 'manager' }, enforcement: 'gate' });
    await create(2);
    const image = await stageImage(hosts[2] as LabHost);
    await hosts[2]?.run(`docker run -d --name web "$1" sleep 100000`, { args: [image] });
    const join = { kind: 'join', swarmId, role: 'worker' } as const;
    await run((await owner.call.swarms.enter({ ...team(), machine: 'edge-3', swarm: join })).jobId);
    await until(['edge-1 manager active ready', 'edge-2 manager active ready', 'edge-3 worker active ready']);
    // Live-restore went off by a restart with it on.
    expect((await hosts[2]?.run("docker inspect -f '{{.State.Running}}' web"))?.trim()).toBe('true');
    expect(await hosts[2]?.run('docker info -f "{{.LiveRestoreEnabled}} {{.Swarm.LocalNodeState}}"')).toBe(
      'false active\n',
    );
    const machine = await owner.call.machines.get({ ...team(), machine: 'edge-3' });
    expect(machine.swarm).toEqual({ id: swarmId, name: 'harbour', role: 'worker' });
  });

  it('has its secrets in no log, no payload and no audit event', async () => {
    const token = (await hosts[0]?.run('docker swarm join-token -q worker'))?.trim() ?? '';
    expect(token).toMatch(/^SWMTKN-/);
    const rows = JSON.stringify(
      [await prisma().job.findMany(), await prisma().jobLog.findMany(), await prisma().auditEvent.findMany()],
      (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
    );
    expect(rows).toContain('Joining as worker');
    expect(rows).not.toContain('SWMTKN-');
  });

  it('is drained, promoted and demoted from the console, and refuses to lose its quorum', async () => {
    await change('edge-3', { availability: 'drain' });
    await change('edge-3', { role: 'manager' });
    await until(['edge-1 manager active ready', 'edge-2 manager active ready', 'edge-3 manager drain ready']);
    await change('edge-3', { availability: 'active', role: 'worker' });
    await change('edge-2', { role: 'worker' });
    await until(['edge-1 manager active ready', 'edge-2 worker active ready', 'edge-3 worker active ready']);
    await expect(change('edge-1', { role: 'worker' })).rejects.toThrow(/only manager/);
    const up = owner.call.swarms.removeNode({ ...team(), ...(await nodeOf('edge-3')) });
    await expect(up).rejects.toThrow(/is not down/);
  });

  it('is found again by its engines where the console did not know of it', async () => {
    await prisma().swarm.deleteMany();
    expect(await owner.call.swarms.list(team())).toEqual([]);
    expect(await owner.call.swarms.find(team())).toEqual({ asked: 3, silent: 0 });
    expect((await swarm()).machines).toEqual([
      { name: 'edge-1', role: 'manager' },
      { name: 'edge-2', role: 'worker' },
      { name: 'edge-3', role: 'worker' },
    ]);
  });

  it('is left by workers and by a manager, and ends with the last one, which has to be typed', async () => {
    await change('edge-2', { role: 'manager' });
    await until(['edge-1 manager active ready', 'edge-2 manager active ready', 'edge-3 worker active ready']);
    const leave = (machine: string, confirm?: string) =>
      owner.call.swarms.leave({ ...team(), machine, ...(confirm !== undefined && { confirm }) });
    await run((await leave('edge-3')).jobId);
    expect(await hosts[2]?.run('docker info -f "{{.LiveRestoreEnabled}} {{.Swarm.LocalNodeState}}"')).toBe(
      'true inactive\n',
    );
    await run((await leave('edge-2')).jobId);
    await until(['edge-1 manager active ready']);
    expect(await rejection(leave('edge-1'))).toMatchObject({ code: 'input.invalid' });
    await run((await leave('edge-1', (await swarm()).name)).jobId);
    expect(await owner.call.swarms.list(team())).toEqual([]);
  });

  it('is left by machines that are removed: by a manager itself, by one that is down through another', async () => {
    const enter = async (machine: string, choice: SwarmChoice) =>
      run((await owner.call.swarms.enter({ ...team(), machine, swarm: choice })).jobId);
    const remove = async (machine: string) =>
      run(
        (
          await owner.call.machines.remove({
            ...team(),
            machine,
            confirm: machine,
            mode: 'restore',
            removeEngine: false,
            deleteData: false,
          })
        ).jobId,
      );
    await enter('edge-1', { kind: 'init', name: 'harbour' });
    const join = { kind: 'join', swarmId: (await swarm()).id, role: 'manager' } as const;
    await enter('edge-2', join);
    await enter('edge-3', { ...join, role: 'worker' });
    await until(['edge-1 manager active ready', 'edge-2 manager active ready', 'edge-3 worker active ready']);
    await remove('edge-2');
    await until(['edge-1 manager active ready', 'edge-3 worker active ready']);
    // Its engine is down, and SSH still answers.
    await hosts[2]?.run('systemctl stop docker.socket docker.service');
    expect((await remove('edge-3')).log).toMatch(/does not leave its swarm by itself[\s\S]*others have taken it out/);
    await until(['edge-1 manager active ready']);
    await remove('edge-1');
    expect(await owner.call.swarms.list(team())).toEqual([]);
  });
});
