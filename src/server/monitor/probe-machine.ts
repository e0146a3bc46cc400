import 'server-only';
import type { SecureContext } from 'node:tls';

import { isResting, type LinkHealth, type MachineFacts, type MachineHealth, type RestingState } from '@/lib/machine';
import { deadlineSignal } from '@/server/clock/deadline';
import type { Observation } from '@/server/drivers/driver';
import { AppError } from '@/server/errors/app-error';
import { driverContextFor, silentLog } from '@/server/operations/ledger/driver-context-for';
import type { LoadedMachine } from '@/server/operations/machines/load-machine';
import { reachedBy, routeTo } from '@/server/operations/machines/route-to';
import { parseEngineInfo, parseEngineVersion } from '@/server/provision/engine-client';
import { type ConnectionFailureKind, failureKind } from '@/server/provision/engine/connection-failure';
import type { Runtime } from '@/server/runtime';
import type { Dial } from '@/server/ssh/dial';
import { probeBanner } from '@/server/ssh/probe';

import { EngineLink } from './engine-link';
import type { Findings } from './status';

const ok: LinkHealth = { state: 'ok', reason: null };
const unknown: LinkHealth = { state: 'unknown', reason: null };
const failed = (reason: string): LinkHealth => ({ state: 'failed', reason });

const observeTimeoutMs = 10_000;

/** What is asked of a machine, and how long each part may take. */
export interface ProbeOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly context: SecureContext;
  /** Both ends are asked at once, and the host is not brought up to date: it is only to be known whether it is there. */
  readonly isQuick: boolean;
}

export interface Probed extends Findings {
  readonly facts: Partial<MachineFacts>;
  /** The connection over which the engine has answered, for keeping or closing. */
  readonly link: EngineLink | null;
}

interface Look extends ProbeOptions {
  /** The way through its hypervisor host, where there is one. */
  readonly dial: Dial | undefined;
}

type SshLinks = Pick<MachineHealth, 'network' | 'ssh'>;
type EngineLinks = Pick<MachineHealth, 'tls' | 'engine'> & Omit<Probed, 'health'>;

// What a dial ends with when nobody is there at all; everything else came from a host that is up.
const nobody: ReadonlySet<string> = new Set([
  'ssh.name-unknown',
  'ssh.timeout',
  'ssh.unreachable',
  // Of the hypervisor host in between.
  'driver.unreachable',
  'hypervisor.not-found',
]);

const tlsFailures: ReadonlySet<ConnectionFailureKind> = new Set([
  'no-tls',
  'wrong-name',
  'untrusted',
  'clock',
  'client-refused',
]);

const askSsh = async ({ target }: LoadedMachine, { signal, timeoutMs, dial }: Look): Promise<SshLinks> => {
  if (!target.ssh) return { network: unknown, ssh: unknown };
  try {
    await probeBanner(target.ssh, { signal, timeoutMs, dial });
    return { network: ok, ssh: ok };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (nobody.has(error.code)) return { network: failed(error.public), ssh: unknown };
    return { network: ok, ssh: failed(error.public) };
  }
};

const engineFailure = (error: AppError): EngineLinks => {
  const reason = failed(error.public);
  const rest = { isExpired: false, facts: {}, link: null };
  // Without a cause the engine has answered, over TLS, something that it should not.
  if (error.cause === undefined) return { ...rest, tls: ok, engine: reason };
  const kind = failureKind(error.cause);
  if (!tlsFailures.has(kind)) return { ...rest, tls: unknown, engine: reason };
  return { ...rest, isExpired: kind === 'clock', tls: reason, engine: unknown };
};

const readFacts = async (link: EngineLink, options: ProbeOptions): Promise<Partial<MachineFacts>> => {
  const version = parseEngineVersion(await link.getJson('/version', options));
  const info = parseEngineInfo(await link.getJson('/info', options));
  return {
    engineVersion: version.Version,
    apiVersion: version.ApiVersion,
    storageDriver: info.Driver,
    containersRunning: info.ContainersRunning,
    containersTotal: info.Containers,
    images: info.Images,
  };
};

const askEngine = async ({ target, driver }: LoadedMachine, options: Look): Promise<EngineLinks> => {
  const { address, enginePort: port } = target;
  // Where the console sets no engine up it knows of none: the provider tells how the machine is.
  if (address === null || driver.provisioning === 'none') {
    return { isExpired: false, facts: {}, link: null, tls: unknown, engine: unknown };
  }
  const link = new EngineLink({ ...reachedBy(options.dial, { address, port }), context: options.context });
  try {
    if (options.isQuick) await link.get('/_ping', options);
    const facts = options.isQuick ? {} : await readFacts(link, options);
    return { isExpired: false, facts, link, tls: ok, engine: ok };
  } catch (error) {
    link.close();
    if (!(error instanceof AppError)) throw error;
    return engineFailure(error);
  }
};

// Allowed to fail: why it did stands beside the machine. Where SSH does not answer there is nobody to bring up to date.
const bringUpToDate = async (runtime: Runtime, machine: LoadedMachine, signal: AbortSignal): Promise<void> => {
  const pushed = runtime.admissions.keepUpToDate(machine.row.id).catch((err: unknown) => {
    if (signal.aborted) return;
    runtime.log.warn({ err, machineId: machine.row.id }, 'a host could not be brought up to date; it stays pending');
  });
  // A push ends in its own time, and a console that stops must not wait for it here.
  let end: () => void = () => undefined;
  const aborted = new Promise<void>((resolve) => (end = resolve));
  signal.addEventListener('abort', end, { once: true });
  await Promise.race([pushed, aborted]);
  signal.removeEventListener('abort', end);
  signal.throwIfAborted();
};

/**
 * Looks at a machine from the outside: network and SSH without signing in, TLS and engine with the console's certificate. A
 * host that has been away gets who may use it before anything else is asked of it. The provider is not asked.
 */
export async function probeMachine(runtime: Runtime, machine: LoadedMachine, options: ProbeOptions): Promise<Probed> {
  const look = { ...options, dial: routeTo(runtime, machine.row.teamId, machine.target) };
  const asking = askSsh(machine, look);
  const isGate = machine.row.enforcement === 'gate';
  if (isGate && !options.isQuick && (await asking).ssh.state === 'ok') {
    await bringUpToDate(runtime, machine, options.signal);
  }
  const [ssh, engine] = await Promise.all([asking, askEngine(machine, look)]);
  const { isExpired, facts, link, ...engineLinks } = engine;
  // An engine that answers, or that shows a certificate, proves the network even where SSH is filtered.
  const isThere = engineLinks.tls.state !== 'unknown';
  const network = isThere ? ok : ssh.network;
  // A host that is reached is on, whatever its provider would say.
  const provider = network.state === 'ok' ? ok : unknown;
  return { health: { provider, ...ssh, network, ...engineLinks }, isExpired, facts, link };
}

/** What the provider of a machine says about it. */
export interface ProviderAnswer {
  readonly link: LinkHealth;
  /** How the machine rests; null where it does not. */
  readonly rest: RestingState | null;
  /** The provider does not know it any more. */
  readonly isGone: boolean;
  /** The machine runs at this address, which is not the one that the console knows; null where it is. */
  readonly movedTo: string | null;
}

const readAnswer = ({ driver, target }: LoadedMachine, observed: Observation): ProviderAnswer | null => {
  const { state, reason, address } = observed;
  const answer = { rest: isResting(state) ? state : null, isGone: state === 'absent', movedTo: null };
  if (state === 'unreachable') return null;
  const gone = `${driver.label} knows no such machine any more.`;
  if (state === 'absent') return { ...answer, link: failed(reason ?? gone) };
  if (state === 'starting') return { ...answer, link: ok };
  // It may hang there: until it is off it has to be possible to switch it off.
  if (state === 'stopping') {
    return { ...answer, link: { ...unknown, reason: reason ?? `${driver.label} says that the machine is stopping.` } };
  }
  if (state === 'running') {
    const hasMoved = observed.learnt !== undefined && address !== target.address;
    return { ...answer, link: { ...ok, reason: reason ?? null }, movedTo: hasMoved ? address : null };
  }
  return { ...answer, link: failed(reason ?? `${driver.label} says that the machine is ${state}.`) };
};

/** What was found, with the provider's answer. A host that is reached is on: of it only what is announced counts. Pure. */
export function withAnswer<T extends Findings>(found: T, { link, rest, isGone }: ProviderAnswer): T {
  const isReached = found.health.provider.state === 'ok';
  if (isReached && link.state !== 'ok') return found;
  return { ...found, health: { ...found.health, provider: link }, ...(!isReached && rest && { rest }), isGone };
}

/** Whether the provider is asked although the machine is reached: it may say that it takes it away. Pure. */
export const isAskedAlways = ({ driver, options }: LoadedMachine): boolean => driver.mayBeTakenAway?.(options) ?? false;

/**
 * Asks the provider about a machine, where the driver can tell more than another knock at the door.
 * Null where nothing is learnt: the provider cannot be asked, or does not answer.
 */
export async function askProvider(
  runtime: Runtime,
  machine: LoadedMachine,
  signal: AbortSignal,
): Promise<ProviderAnswer | null> {
  const { driver, row, options, driverState } = machine;
  if (!driver.start && !driver.stop) return null;
  const scope = { signal: AbortSignal.any([signal, deadlineSignal(observeTimeoutMs)]), log: silentLog };
  try {
    const observed = await driver.observe(driverContextFor(runtime, row, scope), options, driverState);
    return readAnswer(machine, observed);
  } catch (err) {
    signal.throwIfAborted();
    // Allowed to fail: how the machine is reached is known without the provider.
    runtime.log.debug({ err, machineId: row.id }, 'the provider could not be asked about a machine');
    return null;
  }
}
