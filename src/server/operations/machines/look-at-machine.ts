import 'server-only';
import { healthLinks, type HealthLink, type MachineFacts, type MachineHealth, type MachineState } from '@/lib/machine';
import type { Prisma } from '@/server/db/generated/client';
import { AppError } from '@/server/errors/app-error';
import { consoleCredentials } from '@/server/operations/pki/console-credentials';
import { engineInfo, engineVersion, type EngineEndpoint } from '@/server/provision/engine-client';
import { type ConnectionFailureKind, failureKind } from '@/server/provision/engine/connection-failure';
import type { Runtime } from '@/server/runtime';
import { probeBanner } from '@/server/ssh/probe';

import { type LoadedMachine, loadMachine } from './load-machine';

const sshTimeoutMs = 10_000;

interface Look {
  readonly health: MachineHealth;
  readonly facts: Partial<MachineFacts>;
}

const ok = { state: 'ok', reason: null } as const;
const unknown = { state: 'unknown', reason: null } as const;
const failed = (reason: string) => ({ state: 'failed', reason }) as const;

const tlsFailures: ReadonlySet<ConnectionFailureKind> = new Set([
  'no-tls',
  'wrong-name',
  'untrusted',
  'clock',
  'client-refused',
]);

type SshLinks = Pick<MachineHealth, 'network' | 'ssh'>;

// What a dial ends with when nobody is there at all; everything else came from a host that is up.
const nobody: ReadonlySet<string> = new Set(['ssh.name-unknown', 'ssh.timeout', 'ssh.unreachable']);

const lookAtSsh = async ({ target }: LoadedMachine, signal: AbortSignal): Promise<SshLinks> => {
  if (!target.ssh) return { network: unknown, ssh: unknown };
  try {
    await probeBanner(target.ssh, { signal, timeoutMs: sshTimeoutMs });
    return { network: ok, ssh: ok };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (nobody.has(error.code)) return { network: failed(error.public), ssh: unknown };
    return { network: ok, ssh: failed(error.public) };
  }
};

const lookAtEngine = async (
  endpoint: EngineEndpoint,
  signal: AbortSignal,
): Promise<Pick<MachineHealth, 'tls' | 'engine'> & { facts: Partial<MachineFacts> }> => {
  try {
    const version = await engineVersion(endpoint, signal);
    const info = await engineInfo(endpoint, signal);
    const facts = {
      engineVersion: version.Version,
      apiVersion: version.ApiVersion,
      storageDriver: info.Driver,
      containersRunning: info.ContainersRunning,
      containersTotal: info.Containers,
      images: info.Images,
    };
    return { tls: ok, engine: ok, facts };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const reason = failed(error.public);
    // Without a cause the engine has answered, over TLS, something that it should not.
    if (error.cause === undefined) return { tls: ok, engine: reason, facts: {} };
    if (tlsFailures.has(failureKind(error.cause))) return { tls: reason, engine: unknown, facts: {} };
    return { tls: unknown, engine: reason, facts: {} };
  }
};

// Allowed to fail: why it did stands beside the machine. Where SSH does not answer there is nobody to bring up to date.
const bringUpToDate = async (runtime: Runtime, machine: LoadedMachine, ssh: SshLinks): Promise<void> => {
  if (machine.row.enforcement !== 'gate' || ssh.ssh.state !== 'ok') return;
  await runtime.admissions.keepUpToDate(machine.row.id).catch((err: unknown) => {
    runtime.log.warn({ err, machineId: machine.row.id }, 'a host could not be brought up to date; it stays pending');
  });
};

/** A host that has been away gets who may use it before anything else is asked of it. */
const look = async (runtime: Runtime, machine: LoadedMachine, signal: AbortSignal): Promise<Look> => {
  const { address, enginePort } = machine.target;
  const tls = await consoleCredentials(runtime, machine.row.teamId);
  const ssh = await lookAtSsh(machine, signal);
  await bringUpToDate(runtime, machine, ssh);
  const engine = address
    ? await lookAtEngine({ address, port: enginePort, tls }, signal)
    : { tls: unknown, engine: unknown, facts: {} };
  const { facts, ...engineLinks } = engine;
  // An engine that answers proves the network even where SSH is filtered.
  const network = engineLinks.engine.state === 'ok' ? ok : ssh.network;
  return { health: { provider: unknown, ...ssh, network, ...engineLinks }, facts };
};

/** The state that the links add up to, told by what a docker client would meet. Pure. */
export function stateOf(health: MachineHealth): MachineState {
  if (health.engine.state === 'ok' && health.tls.state === 'ok') return 'running';
  return health.network.state === 'failed' ? 'unreachable' : 'degraded';
}

const changed = (before: MachineHealth | null, after: MachineHealth): boolean =>
  healthLinks.some((link: HealthLink) => before?.[link].state !== after[link].state);

/**
 * Looks at a machine from the console: network and SSH without signing in, TLS and engine with the console's certificate.
 * Stores health, state and the engine's figures, and wakes open pages when a link has changed. A machine that is being
 * created or removed keeps its state. Throws machine.not-found.
 */
export async function lookAtMachine(
  runtime: Runtime,
  ref: { id: string; teamId: string },
  signal: AbortSignal,
): Promise<MachineHealth> {
  const machine = await loadMachine(runtime, ref);
  const { health, facts } = await look(runtime, machine, signal);
  const { prisma } = runtime.database;
  const now = runtime.clock.now();
  const before = await prisma.machine.findUniqueOrThrow({
    where: { id: ref.id },
    select: { health: true, facts: true, state: true },
  });
  const state = stateOf(health);
  const hasChanged = changed(before.health as unknown as MachineHealth | null, health) || before.state !== state;
  await prisma.machine.updateMany({
    where: { id: ref.id, state: { in: ['running', 'degraded', 'unreachable', 'stopped'] } },
    data: {
      health: health as unknown as Prisma.InputJsonObject,
      state,
      checkedAt: now,
      facts: { ...(before.facts as object | null), ...facts },
      ...(health.engine.state === 'ok' && { lastSeenAt: now }),
      ...(hasChanged && { changedAt: now }),
    },
  });
  if (hasChanged) await runtime.bus.publish(`team:${ref.teamId}`);
  return health;
}
