import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import { leapingClock } from '@/server/clock/leaping-clock.test-support';

import type { EngineEndpoint } from '../engine-client';
import { makeTeam, type Member } from '../lab.test-support';
import { changeNode, initSwarm, joinSwarm, joinToken, leaveSwarm, listNodes, swarmStanding } from './swarm-client';

const never = new AbortController().signal;
const limits = { signal: never, clock: leapingClock() };
const token = 'SWMTKN-1-0a1b2c3d4e5f-6g7h8i9j';

const node = {
  ID: 'n1',
  Version: { Index: 42 },
  Spec: { Role: 'worker', Availability: 'active', Labels: { rack: '7' } },
  Description: { Hostname: 'edge-1', Engine: { EngineVersion: '28.0.1' } },
  Status: { State: 'ready', Addr: '10.0.0.1' },
};
const leader = {
  ...node,
  ID: 'n2',
  Spec: { Role: 'manager', Availability: 'drain' },
  ManagerStatus: { Leader: true, Reachability: 'reachable', Addr: '10.0.0.2:2377' },
};

interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: string;
}

describe('swarm client', () => {
  let team: Awaited<ReturnType<typeof makeTeam>>;
  let console_: Member;
  const servers: Server[] = [];
  const asked: string[] = [];

  beforeAll(async () => {
    team = await makeTeam();
    console_ = await team.member('console');
  });
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
    asked.length = 0;
  });

  /** An engine that answers as it is told, and keeps what it was asked. */
  const engine = async (answers: Readonly<Record<string, Answer>>): Promise<EngineEndpoint> => {
    const { certificatePem: cert, privateKeyPem: key } = await team.engineCertificate('127.0.0.1');
    const server = createServer({ cert, key, ca: console_.caPem, requestCert: true }, (request, response) => {
      const call = `${request.method} ${request.url}`;
      void text(request).then((sent) => {
        asked.push(sent === '' ? call : `${call} ${sent}`);
        const { status = 200, body, raw = '' } = answers[call] ?? { status: 404, body: { message: `no ${call}` } };
        response.writeHead(status).end(body === undefined ? raw : JSON.stringify(body));
      });
    });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return { address: '127.0.0.1', port, tls: { ca: team.engineCaPem, cert: console_.cert, key: console_.key } };
  };

  it('reads where an engine stands: in no swarm, as a worker, as a manager', async () => {
    const standing = async (Swarm: unknown) => swarmStanding(await engine({ 'GET /info': { body: { Swarm } } }), never);
    expect(await standing({ LocalNodeState: 'inactive', NodeID: '' })).toMatchObject({ state: 'inactive', nodeId: '' });
    const managers = [{ NodeID: 'n2', Addr: '10.0.0.2:2377' }];
    const worker = { NodeID: 'n1', NodeAddr: '10.0.0.1', LocalNodeState: 'active', RemoteManagers: managers };
    expect(await standing(worker)).toEqual({
      state: 'active',
      nodeId: 'n1',
      address: '10.0.0.1',
      isManager: false,
      clusterId: null,
      managers: [{ nodeId: 'n2', address: '10.0.0.2:2377' }],
      error: '',
    });
    const manager = { ...worker, ControlAvailable: true, Cluster: { ID: 'c1' } };
    expect(await standing(manager)).toMatchObject({ isManager: true, clusterId: 'c1' });
  });

  it.each<[string, Answer]>([
    ['no JSON', { raw: '<h1>It works!</h1>' }],
    ['another shape', { body: ['hello'] }],
  ])('says of what answers with %s that it is no engine', async (_title, answer) => {
    const endpoint = await engine({ 'GET /info': answer, 'GET /nodes': answer });
    for (const ask of [swarmStanding, listNodes]) {
      await expect(ask(endpoint, never)).rejects.toMatchObject({
        code: 'provision.engine-verify-failed',
        public: expect.stringMatching(/^What answers at 127\.0\.0\.1:\d+ is no Docker engine/) as string,
      });
    }
  });

  it('starts, joins and leaves with what the engine expects', async () => {
    const endpoint = await engine({
      'POST /swarm/init': { body: 'n1' },
      'GET /swarm': { body: { JoinTokens: { Worker: token, Manager: 'SWMTKN-2' } } },
      'POST /swarm/join': {},
      'POST /swarm/leave?force=true': {},
    });
    await initSwarm(endpoint, '10.0.0.1', never);
    expect(await joinToken(endpoint, 'worker', never)).toBe(token);
    expect(await joinToken(endpoint, 'manager', never)).toBe('SWMTKN-2');
    await joinSwarm(endpoint, { address: '10.0.0.1', managers: ['10.0.0.2:2377'], token }, never);
    await leaveSwarm(endpoint, true, never);
    expect(asked).toEqual([
      'POST /swarm/init {"ListenAddr":"0.0.0.0:2377","AdvertiseAddr":"10.0.0.1"}',
      'GET /swarm',
      'GET /swarm',
      `POST /swarm/join {"ListenAddr":"0.0.0.0:2377","AdvertiseAddr":"10.0.0.1","RemoteAddrs":["10.0.0.2:2377"],"JoinToken":"${token}"}`,
      'POST /swarm/leave?force=true',
    ]);
  });

  it('tells of nodes, and changes one without touching the rest of its settings', async () => {
    const endpoint = await engine({
      'GET /nodes': { body: [node, leader] },
      'GET /nodes/n1': { body: node },
      'POST /nodes/n1/update?version=42': {},
    });
    expect(await listNodes(endpoint, never)).toMatchObject([
      { id: 'n1', hostName: 'edge-1', role: 'worker', availability: 'active', state: 'ready', manager: null },
      { id: 'n2', role: 'manager', availability: 'drain', manager: { isLeader: true, reachability: 'reachable' } },
    ]);
    await changeNode(endpoint, { nodeId: 'n1', availability: 'drain' }, limits);
    expect(asked.at(-1)).toBe(
      'POST /nodes/n1/update?version=42 {"Role":"worker","Availability":"drain","Labels":{"rack":"7"}}',
    );
  });

  it('reads a node again that a manager has written to meanwhile, and gives up where that does not end', async () => {
    let reads = 0;
    const old = { status: 500, body: { message: 'rpc error: code = Unknown desc = update out of sequence' } };
    const answers: Record<string, Answer> = {
      get 'GET /nodes/n1'() {
        reads += 1;
        return { body: { ...node, Version: { Index: reads } } };
      },
      'POST /nodes/n1/update?version=1': old,
      'POST /nodes/n1/update?version=2': old,
      'POST /nodes/n1/update?version=3': {},
    };
    await changeNode(await engine(answers), { nodeId: 'n1', role: 'manager' }, limits);
    expect(asked.at(-1)).toContain('version=3');
    const always = await engine({ 'GET /nodes/n1': { body: node }, 'POST /nodes/n1/update?version=42': old });
    await expect(changeNode(always, { nodeId: 'n1', role: 'manager' }, limits)).rejects.toMatchObject({
      code: 'swarm.refused',
    });
  });

  it('waits for a node that was promoted a moment ago and does not count among the managers yet', async () => {
    let refusals = 0;
    const early = { status: 500, body: { message: "rpc error: desc = can't find manager in raft memberlist" } };
    const answers: Record<string, Answer> = {
      'GET /nodes/n2': { body: leader },
      get 'POST /nodes/n2/update?version=42'() {
        refusals += 1;
        return refusals < 4 ? early : {};
      },
    };
    await changeNode(await engine(answers), { nodeId: 'n2', role: 'worker' }, limits);
    expect(refusals).toBe(4);
  });

  it("tells a refusal in the engine's words, without a token that stands in them", async () => {
    const message = `rpc error: code = FailedPrecondition desc = the token ${token} is not valid`;
    const endpoint = await engine({ 'POST /swarm/join': { status: 503, body: { message } } });
    const refused = joinSwarm(endpoint, { address: '10.0.0.1', managers: [], token }, never);
    await expect(refused).rejects.toMatchObject({
      code: 'swarm.refused',
      public: 'The engine at 127.0.0.1 refuses: the token •••••• is not valid',
    });
  });
});
