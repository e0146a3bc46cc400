import { z } from 'zod';

import type { NodeAvailability, SwarmNode, SwarmRole } from '@/lib/swarm';
import type { Clock } from '@/server/clock/clock';
import { AppError } from '@/server/errors/app-error';

import { engineAnswer, type EngineCall, type EngineEndpoint } from '../engine-client';

/** Joining waits for a manager's answer, and an engine that starts a swarm makes its keys. */
const slowMs = 60_000;

const withoutTokens = (text: string): string => text.replaceAll(/SWMTKN-[\w-]+/g, '••••••');

const messageOf = (body: string): string => {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    if (typeof message === 'string' && message !== '') return message;
  } catch {
    // What is no JSON is told as it is.
  }
  return body || 'nothing';
};

const notUnderstood = (endpoint: EngineEndpoint, cause: unknown) =>
  new AppError({
    code: 'provision.engine-verify-failed',
    public: `What answers at ${endpoint.address}:${endpoint.port} is no Docker engine, or one that the console does not understand.`,
    cause,
  });

async function call(endpoint: EngineEndpoint, asked: EngineCall, signal: AbortSignal): Promise<unknown> {
  const { status, body } = await engineAnswer({ timeoutMs: slowMs, ...endpoint }, asked, signal);
  if (status >= 200 && status < 300) {
    try {
      return body.trim() === '' ? null : JSON.parse(body);
    } catch (error) {
      throw notUnderstood(endpoint, error);
    }
  }
  const said = withoutTokens(messageOf(body)).replace(/^rpc error: code = \w+ desc = /, '');
  throw new AppError({
    code: 'swarm.refused',
    public: `The engine at ${endpoint.address} refuses: ${said.slice(0, 500)}`,
    internal: `${asked.method} ${asked.path}: status ${status}`,
  });
}

/** Throws provision.engine-verify-failed where the answer is not of this shape. */
async function ask<T>(
  endpoint: EngineEndpoint,
  { path, schema }: { readonly path: string; readonly schema: z.ZodType<T> },
  signal: AbortSignal,
): Promise<T> {
  const parsed = schema.safeParse(await call(endpoint, { method: 'GET', path }, signal));
  if (parsed.success) return parsed.data;
  throw notUnderstood(endpoint, parsed.error);
}

const infoAnswer = z.object({
  Swarm: z
    .object({
      NodeID: z.string().default(''),
      NodeAddr: z.string().default(''),
      LocalNodeState: z.string().default('inactive'),
      ControlAvailable: z.boolean().default(false),
      Error: z.string().default(''),
      Cluster: z.object({ ID: z.string() }).nullish(),
      RemoteManagers: z.array(z.object({ NodeID: z.string(), Addr: z.string() })).nullish(),
    })
    .optional(),
});

/** What an engine knows of the swarm that it is in. */
export interface SwarmStanding {
  /** "inactive", "pending", "active", "error", "locked". */
  readonly state: string;
  readonly nodeId: string;
  readonly address: string;
  readonly isManager: boolean;
  /** Null for workers: only managers know it. */
  readonly clusterId: string | null;
  readonly managers: readonly { readonly nodeId: string; readonly address: string }[];
  readonly error: string;
}

/** Of an engine that is in none. */
export const outsideSwarm: SwarmStanding = {
  state: 'inactive',
  nodeId: '',
  address: '',
  isManager: false,
  clusterId: null,
  managers: [],
  error: '',
};

export async function swarmStanding(endpoint: EngineEndpoint, signal: AbortSignal): Promise<SwarmStanding> {
  const { Swarm } = await ask(endpoint, { path: '/info', schema: infoAnswer }, signal);
  return {
    state: Swarm?.LocalNodeState || 'inactive',
    nodeId: Swarm?.NodeID ?? '',
    address: Swarm?.NodeAddr ?? '',
    isManager: Swarm?.ControlAvailable ?? false,
    clusterId: Swarm?.Cluster?.ID || null,
    managers: (Swarm?.RemoteManagers ?? []).map(({ NodeID: nodeId, Addr: address }) => ({ nodeId, address })),
    error: Swarm?.Error ?? '',
  };
}

/** Makes the engine the first manager of a new swarm. `address`: an IP address of its host. */
export async function initSwarm(endpoint: EngineEndpoint, address: string, signal: AbortSignal): Promise<void> {
  const body = { ListenAddr: '0.0.0.0:2377', AdvertiseAddr: address };
  await call(endpoint, { method: 'POST', path: '/swarm/init', body }, signal);
}

const tokensAnswer = z.object({ JoinTokens: z.object({ Worker: z.string(), Manager: z.string() }) });

/** The secret with which a node joins in a role, from a manager. */
export async function joinToken(endpoint: EngineEndpoint, role: SwarmRole, signal: AbortSignal): Promise<string> {
  const { JoinTokens } = await ask(endpoint, { path: '/swarm', schema: tokensAnswer }, signal);
  return role === 'manager' ? JoinTokens.Manager : JoinTokens.Worker;
}

export interface JoinInput {
  readonly address: string;
  /** Of managers, with their ports. */
  readonly managers: readonly string[];
  readonly token: string;
}

export async function joinSwarm(endpoint: EngineEndpoint, join: JoinInput, signal: AbortSignal): Promise<void> {
  const { address, managers, token } = join;
  const body = { ListenAddr: '0.0.0.0:2377', AdvertiseAddr: address, RemoteAddrs: managers, JoinToken: token };
  await call(endpoint, { method: 'POST', path: '/swarm/join', body }, signal);
}

/** `isForced`: also a manager, and the last one, with which the swarm ends. */
export async function leaveSwarm(endpoint: EngineEndpoint, isForced: boolean, signal: AbortSignal): Promise<void> {
  await call(endpoint, { method: 'POST', path: `/swarm/leave?force=${isForced}` }, signal);
}

const nodeAnswer = z.object({
  ID: z.string(),
  Version: z.object({ Index: z.number() }),
  Spec: z.looseObject({ Role: z.enum(['manager', 'worker']), Availability: z.enum(['active', 'pause', 'drain']) }),
  Description: z.object({
    Hostname: z.string().default(''),
    Engine: z.object({ EngineVersion: z.string().default('') }).optional(),
  }),
  Status: z.object({ State: z.string(), Addr: z.string().default('') }),
  ManagerStatus: z
    .object({ Leader: z.boolean().default(false), Reachability: z.string().default('unknown') })
    .nullish(),
});

const toNode = ({ ID, Spec, Description, Status, ManagerStatus }: z.output<typeof nodeAnswer>): SwarmNode => ({
  id: ID,
  hostName: Description.Hostname,
  role: Spec.Role,
  availability: Spec.Availability,
  state: Status.State,
  address: Status.Addr,
  engineVersion: Description.Engine?.EngineVersion ?? '',
  manager: ManagerStatus ? { isLeader: ManagerStatus.Leader, reachability: ManagerStatus.Reachability } : null,
});

/** The nodes of a swarm, as one of its managers knows them. */
export async function listNodes(endpoint: EngineEndpoint, signal: AbortSignal): Promise<SwarmNode[]> {
  return (await ask(endpoint, { path: '/nodes', schema: z.array(nodeAnswer) }, signal)).map(toNode);
}

export interface NodeChange {
  readonly nodeId: string;
  readonly role?: SwarmRole | undefined;
  readonly availability?: NodeAvailability | undefined;
}

const nodePath = (nodeId: string) => `/nodes/${encodeURIComponent(nodeId)}`;

/** The managers write to a node as well, at a change of its role several times: what was read is then old at once. */
const writesAtOnceMax = 20;

const isOld = (error: unknown): boolean => error instanceof AppError && /out of sequence/.test(error.public);

/** A node that was promoted takes a moment until it counts among the managers, and cannot be demoted before. */
const isOnItsWay = (error: unknown): boolean =>
  error instanceof AppError && /find manager in raft memberlist/.test(error.public);
const onItsWayMs = 1000;

export interface NodeChangeLimits {
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** Changes what is given and leaves the rest of the node's settings; waits for a change of before until the signal ends it. */
export async function changeNode(
  endpoint: EngineEndpoint,
  change: NodeChange,
  { signal, clock }: NodeChangeLimits,
): Promise<void> {
  const path = nodePath(change.nodeId);
  for (let nth = 1; ; nth += 1) {
    const { Spec, Version } = await ask(endpoint, { path, schema: nodeAnswer }, signal);
    const body = {
      ...Spec,
      ...(change.role && { Role: change.role }),
      ...(change.availability && { Availability: change.availability }),
    };
    try {
      await call(endpoint, { method: 'POST', path: `${path}/update?version=${Version.Index}`, body }, signal);
      return;
    } catch (error) {
      if ((!isOld(error) && !isOnItsWay(error)) || nth === writesAtOnceMax) throw error;
      if (isOnItsWay(error)) await clock.sleep(onItsWayMs, signal);
    }
  }
}

/** Takes a node out of the swarm's list; one that is not known to be down only where it is forced. */
export async function removeNode(
  endpoint: EngineEndpoint,
  { nodeId, isForced = false }: { readonly nodeId: string; readonly isForced?: boolean },
  signal: AbortSignal,
): Promise<void> {
  await call(endpoint, { method: 'DELETE', path: `${nodePath(nodeId)}?force=${isForced}` }, signal);
}
