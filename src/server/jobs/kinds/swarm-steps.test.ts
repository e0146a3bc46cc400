import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { SwarmChoice } from '@/lib/swarm';
import type { JobKind } from '@/server/jobs/job-kind';
import { jobKinds } from '@/server/jobs/list';
import { runJob } from '@/server/jobs/run-job';
import { loadMachine } from '@/server/operations/machines/load-machine';
import { ensureEngineCertificate } from '@/server/operations/pki/engine-certificate';
import { outsideSwarm, type SwarmStanding } from '@/server/provision/swarm/swarm-client';

import { createTestConsole, type TestConsole, type TestMember } from '../../../../test/support/test-console';
import { isOf, type SwarmEntry } from './swarm-entry';
import { swarmSteps } from './swarm-steps';

const worker: SwarmStanding = {
  ...outsideSwarm,
  state: 'active',
  nodeId: 'n1',
  managers: [{ nodeId: 'm1', address: '10.0.0.2:2377' }],
};
const manager: SwarmStanding = { ...worker, isManager: true, clusterId: 'c1' };
const started: SwarmEntry = { nodeId: null, managers: [] };
const joined: SwarmEntry = { nodeId: null, managers: ['10.0.0.2:2377', '10.0.0.3:2377'] };

describe('the swarm that a job has entered', () => {
  it.each<[string, SwarmEntry, SwarmStanding, boolean]>([
    ['the node that was noted', { ...joined, nodeId: 'n1' }, worker, true],
    ['another node than the one that was noted', { ...joined, nodeId: 'n7' }, worker, false],
    ['a swarm that was to be started', started, manager, true],
    ['a worker, by a manager that was asked', joined, worker, true],
    ['a worker of other managers', { nodeId: null, managers: ['10.9.9.9:2377'] }, worker, false],
    ['a manager of the same cluster', joined, manager, true],
    ['a manager of another cluster', joined, { ...manager, clusterId: 'c2' }, false],
    ['one that still waits for an answer', joined, { ...outsideSwarm, state: 'pending' }, true],
    ['a locked one', { ...started, nodeId: 'n1' }, { ...outsideSwarm, state: 'locked' }, false],
  ])('%s', (_what, entry, standing, expected) => {
    expect(isOf(entry, standing, 'c1')).toBe(expected);
  });
});

describe('a machine whose engine is in a swarm', () => {
  let console_: TestConsole;
  let owner: TestMember;
  let server: Server;
  let machineId: string;
  const asked: string[] = [];
  let swarm: object;
  let nodes: readonly object[] = [];

  const info = (nodeId: string) => ({
    NodeID: nodeId,
    LocalNodeState: 'active',
    ControlAvailable: true,
    Cluster: { ID: 'theirs' },
    RemoteManagers: [{ NodeID: nodeId, Addr: '127.0.0.1:2377' }],
  });
  const prisma = () => console_.runtime.database.prisma;

  beforeAll(async () => {
    console_ = await createTestConsole();
    owner = await console_.seedMember(await console_.seedTeam());
    const teamId = owner.team.id;
    const place = { address: '127.0.0.1', enginePort: 1 };
    ({ id: machineId } = await prisma().machine.create({
      data: {
        ...place,
        teamId,
        name: 'edge-1',
        driver: 'generic',
        options: { ...place, sshKeyId: randomUUID() },
        engineSettings: {},
        ownerId: owner.user.id,
        state: 'running',
      },
      select: { id: true },
    }));
    const loaded = await loadMachine(console_.runtime, { id: machineId, teamId });
    const { certificatePem: cert, privateKeyPem: key } = await ensureEngineCertificate(console_.runtime, loaded);
    server = createServer({ cert, key }, (request, response) => {
      asked.push(`${request.method} ${request.url}`);
      if (request.method === 'POST') swarm = { LocalNodeState: 'inactive' };
      const answer = request.url?.endsWith('/nodes') ? nodes : { Swarm: swarm };
      response.end(request.method === 'GET' ? JSON.stringify(answer) : '');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const options = { address: '127.0.0.1', enginePort: port, sshKeyId: randomUUID() };
    await prisma().machine.updateMany({ where: { id: machineId }, data: { options, enginePort: port } });
  });
  afterEach(() => {
    asked.length = 0;
  });
  afterAll(async () => {
    server?.closeAllConnections();
    server?.close();
    await console_?.close();
  });

  /** The kinds, with what needs no SSH of the steps into a swarm. */
  const kindsOf = (names: readonly string[]): ReadonlyMap<string, JobKind> => {
    const enter = jobKinds.get('machine.enter-swarm');
    if (!enter) throw new Error('no kind enters swarms');
    const steps: JobKind['steps'] = (payload) =>
      swarmSteps((payload as { swarm: SwarmChoice }).swarm).filter(({ name }) => names.includes(name));
    return new Map([...jobKinds, [enter.id, { ...enter, steps }]]);
  };
  const run = async (jobId: string, kinds: ReadonlyMap<string, JobKind>) => {
    await runJob(console_.runtime, jobId, { kinds, stopping: new AbortController().signal });
    const job = await prisma().job.findUniqueOrThrow({ where: { id: jobId }, include: { logs: true } });
    return { ...job, log: job.logs.map(({ text }) => text).join('\n') };
  };
  const enter = async (choice: SwarmChoice) =>
    (await owner.call.swarms.enter({ team: owner.team.slug, machine: 'edge-1', swarm: choice })).jobId;
  const init = { kind: 'init', name: 'harbour' } as const;
  /** Runs each step's undo on what the job has noted. */
  const takeBack = async (jobId: string, names: readonly string[]) => {
    const kinds = kindsOf(names);
    const { steps } = await prisma().job.findUniqueOrThrow({ where: { id: jobId }, include: { steps: true } });
    expect(steps.length).toBe(names.length);
    const back = await owner.call.jobs.rollBack({ team: owner.team.slug, job: jobId });
    return run(back.jobId, kinds);
  };

  it('is refused, and keeps its swarm when the job is taken back', async () => {
    const { id: swarmId } = await prisma().swarm.create({
      data: { teamId: owner.team.id, name: 'chosen', clusterId: 'c1' },
    });
    for (const choice of [init, { kind: 'join', swarmId, role: 'worker' } as const]) {
      const entering = `${choice.kind}-swarm`;
      for (const names of [['prepare-swarm'], [entering]]) {
        swarm = info('n1');
        const jobId = await enter(choice);
        await prisma().jobStep.deleteMany({ where: { jobId, name: { notIn: names } } });
        const job = await run(jobId, kindsOf(names));
        expect(job.state).toBe('failed');
        expect(job.error).toMatchObject({
          code: 'swarm.refused',
          public: expect.stringMatching(/edge-1 is in a swarm already.*Look for swarms/) as string,
        });
        const back = await takeBack(jobId, names);
        expect(back.state, back.log).toBe('succeeded');
      }
    }
    expect(new Set(asked)).toEqual(new Set(['GET /info']));
  });

  it('says at once that a swarm is locked', async () => {
    swarm = { LocalNodeState: 'locked' };
    const jobId = await enter(init);
    const job = await run(jobId, kindsOf(['prepare-swarm']));
    expect(job.error).toMatchObject({ public: expect.stringMatching(/locked.*docker swarm unlock/) as string });
  });

  it('goes on after a crash right behind the start of the swarm, which is taken back with the job', async () => {
    swarm = info('n1');
    const jobId = await enter(init);
    await prisma().jobStep.deleteMany({ where: { jobId, name: { not: 'init-swarm' } } });
    await prisma().job.update({ where: { id: jobId }, data: { checkpoint: { swarmEntry: started } as object } });
    const job = await run(jobId, kindsOf(['init-swarm']));
    expect(job.state, job.log).toBe('succeeded');
    expect(job.checkpoint).toEqual({ swarmEntry: { managers: [], nodeId: 'n1' } });
    await prisma().job.update({ where: { id: jobId }, data: { state: 'failed' } });
    expect((await takeBack(jobId, ['init-swarm'])).state).toBe('succeeded');
    expect(asked.filter((call) => call.startsWith('POST'))).toEqual(['POST /swarm/leave?force=true']);
  });

  it('ends its swarm by leaving only where its engine knows no other manager, whoever that belongs to', async () => {
    const teamId = owner.team.id;
    const { id: swarmId } = await prisma().swarm.create({ data: { teamId, name: 'theirs', clusterId: 'theirs' } });
    await prisma().machine.updateMany({ where: { id: machineId }, data: { swarmId, swarmRole: 'manager' } });
    const node = (ID: string, Role: string) => ({
      ID,
      Version: { Index: 1 },
      Spec: { Role, Availability: 'active' },
      Description: {},
      Status: { State: 'ready' },
    });
    const leave = () => owner.call.swarms.leave({ team: owner.team.slug, machine: 'edge-1' });
    swarm = info('n1');
    nodes = [node('n1', 'manager'), node('n2', 'worker')];
    await expect(leave()).rejects.toThrow(/edge-1 is the last manager/);
    nodes = [node('n1', 'manager'), node('elsewhere', 'manager')];
    const { jobId } = await leave();
    expect(await prisma().job.findUniqueOrThrow({ where: { id: jobId } })).toMatchObject({
      payload: { isForced: false },
    });
  });
});
