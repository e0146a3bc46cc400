import { AppError } from '@/server/errors/app-error';

import type { DaemonConfig, JsonValue } from '../daemon-keys';
import { mergeDaemonConfig } from './daemon-json';
import type { EngineFlag } from './engine-flags';
import type { EngineUnit } from './engine-unit';
import type { UnitWord } from './unit-file';

/** How the engine comes to listen on its port (docs/adr/0008-engine-port.md). */
export interface Serving {
  /** All of daemon.json. */
  readonly daemon: DaemonConfig;
  /**
   * socket: systemd's docker.socket listens and passes the port on. hosts: daemon.json names it. gate: the engine listens on its
   * unix socket alone, and the gate serves the port.
   */
  readonly way: 'socket' | 'hosts' | 'gate';
  /** A command line in place of the unit's own; null where the unit's own does. */
  readonly execStart: readonly UnitWord[] | null;
  /** What a person should know about it. */
  readonly notes: readonly string[];
}

export interface ServingInput {
  readonly unit: EngineUnit;
  readonly port: number;
  /** daemon.json without what we wrote. */
  readonly base: DaemonConfig;
  readonly wanted: DaemonConfig;
  readonly hasIpv6: boolean;
  /** Default false: the engine serves the port itself. */
  readonly isGated?: boolean;
}

const defaultUnixHost = 'unix:///var/run/docker.sock';
const socketUnitPaths = ['unix:///var/run/docker.sock', 'unix:///run/docker.sock', 'unix://'];
const tlsNames = ['tls', 'tlsverify', 'tlscacert', 'tlscert', 'tlskey'];
const listFlags = ['labels', 'registry-mirrors', 'insecure-registries'];

const invalid = (message: string) => new AppError({ code: 'provision.engine-config-invalid', public: message });

const tcpPort = (host: string) => (host.startsWith('tcp://') ? Number(/:(\d+)\/?$/.exec(host)?.[1] ?? 2376) : null);

const strings = (value: JsonValue | undefined): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

function where(unit: EngineUnit, flag: EngineFlag): string {
  return flag.origin === 'unit' ? unit.file : unit.environmentFiles.join(', ') || unit.file;
}

/** dockerd does not start when an option is set on its command line and in daemon.json. */
function refuseConflicts({ unit, base }: ServingInput): void {
  const other = unit.flags.find(({ key, value }) => key === 'config-file' && value !== '/etc/docker/daemon.json');
  if (other) {
    throw invalid(
      `${where(unit, other)} makes the engine read ${other.value} instead of /etc/docker/daemon.json, which the console sets up. Take ${other.spelling} out.`,
    );
  }
  const twice = unit.flags.find(({ key }) => base[key] !== undefined);
  if (twice) {
    throw invalid(
      `The engine on the host cannot start like this: "${twice.key}" is set in /etc/docker/daemon.json and by ${twice.spelling} in ${where(unit, twice)}. Take one of them out.`,
    );
  }
}

interface Moved {
  readonly wanted: DaemonConfig;
  readonly base: DaemonConfig;
  readonly dropped: readonly EngineFlag[];
}

/** Settles flags that stand for a key that we want to write: the same value stays with the unit, others move to daemon.json. */
function moveFlags({ unit, base, wanted }: ServingInput): Moved {
  const stay = new Set<string>();
  const joined: Record<string, JsonValue> = {};
  const dropped: EngineFlag[] = [];
  for (const flag of unit.flags) {
    if (flag.key === 'hosts' || wanted[flag.key] === undefined) {
      if (tlsNames.includes(flag.key)) dropped.push(flag);
      continue;
    }
    const isSame = flag.value === wanted[flag.key] || JSON.stringify(wanted[flag.key]) === flag.value;
    if (isSame && !tlsNames.includes(flag.key)) {
      stay.add(flag.key);
      continue;
    }
    if (flag.origin === 'environment') {
      throw invalid(
        `${where(unit, flag)} passes ${flag.spelling} to the engine, so the console cannot set "${flag.key}" in daemon.json. Take it out there, or leave that setting empty.`,
      );
    }
    dropped.push(flag);
    if (listFlags.includes(flag.key)) joined[flag.key] = [...strings(joined[flag.key]), String(flag.value)];
  }
  const environmentTls = dropped.find(({ origin }) => origin === 'environment');
  if (environmentTls) {
    throw invalid(
      `${where(unit, environmentTls)} passes ${environmentTls.spelling} to the engine; the console sets up TLS in daemon.json. Take it out there.`,
    );
  }
  return {
    wanted: Object.fromEntries(Object.entries(wanted).filter(([key]) => !stay.has(key))),
    base: { ...base, ...joined },
    dropped,
  };
}

function execStartWithout(
  unit: EngineUnit,
  { dropped, added = [] }: { dropped: readonly EngineFlag[]; added?: readonly string[] },
): readonly UnitWord[] | null {
  if (dropped.length === 0 && added.length === 0) return null;
  const gone = new Set(dropped.flatMap(({ words }) => words));
  return [...unit.execStart.filter((_, index) => !gone.has(index)), ...added.map((text) => ({ raw: text, text }))];
}

const isLocal = (host: string) => /^(tcp:\/\/)?(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:|$)/.test(host);

interface Gated extends Pick<Moved, 'wanted' | 'base'> {
  readonly dropped: readonly EngineFlag[];
  readonly keptHosts: readonly string[];
  readonly notes: readonly string[];
}

/** The engine keeps its unix socket. Another port of its own would go past the gate. */
function planGated({ unit }: ServingInput, { wanted, base, dropped, keptHosts, notes }: Gated): Serving {
  const passes = [...keptHosts.filter((host) => tcpPort(host) !== null), ...unit.socketPorts].find(
    (host) => !isLocal(host),
  );
  if (passes !== undefined) {
    throw invalid(
      `The engine on the host also listens on ${passes}, which goes past the gate. Take it out, or choose the engine for the enforcement.`,
    );
  }
  const { hosts, ...others } = mergeDaemonConfig(base, wanted);
  const own = strings(hosts).filter((host) => keptHosts.includes(host));
  return {
    daemon: own.length > 0 ? { ...others, hosts: own } : others,
    way: 'gate',
    execStart: execStartWithout(unit, { dropped }),
    notes,
  };
}

/**
 * Decides how the port is served, with as little change to the host's own unit as possible. Pure.
 * Throws provision.engine-config-invalid where the host's own settings and ours contradict each other.
 */
export function planServing(input: ServingInput): Serving {
  const { unit, port, hasIpv6, isGated = false } = input;
  refuseConflicts(input);
  const { wanted, base, dropped } = moveFlags(input);
  const hostFlags = unit.flags.filter(({ key }) => key === 'hosts');
  const taken = hostFlags.find(({ value, origin }) => origin === 'environment' && tcpPort(String(value)) === port);
  if (taken) {
    throw invalid(
      `${where(unit, taken)} makes the engine listen on port ${port} by itself (${taken.spelling} ${taken.value}). Take it out there; the console sets up that port.`,
    );
  }
  const keptFlags = hostFlags.filter(({ value }) => tcpPort(String(value)) !== port);
  const ownFlags = hostFlags.filter((flag) => !keptFlags.includes(flag));
  const keptHosts = [
    ...keptFlags.map(({ value }) => String(value)),
    ...strings(base['hosts']).filter((host) => tcpPort(host) !== port),
  ];
  const serves = ownFlags.map(
    ({ value }) => `${unit.file} makes the engine listen on ${value}; the console serves that port from now on.`,
  );
  if (isGated) return planGated(input, { wanted, base, dropped: [...dropped, ...ownFlags], keptHosts, notes: serves });
  const notes = [
    ...keptHosts
      .filter((host) => tcpPort(host) !== null)
      .map((host) => `The engine also listens on ${host}, which from now on wants a client certificate as well.`),
    ...serves,
  ];

  if (unit.hasSocketUnit && keptHosts.some((host) => host.startsWith('fd:'))) {
    const daemon = mergeDaemonConfig(base, wanted);
    return {
      daemon: base['hosts'] === undefined ? daemon : { ...daemon, hosts: keptHosts },
      way: 'socket',
      execStart: execStartWithout(unit, { dropped: [...dropped, ...ownFlags] }),
      notes,
    };
  }
  const unixFlag = keptFlags.find(({ value, origin }) => origin === 'unit' && socketUnitPaths.includes(String(value)));
  if (unit.hasSocketUnit && unixFlag) {
    return {
      daemon: mergeDaemonConfig(base, wanted),
      way: 'socket',
      execStart: execStartWithout(unit, { dropped: [...dropped, ...ownFlags, unixFlag], added: ['-H', 'fd://'] }),
      notes,
    };
  }
  const fixed = keptFlags.find(({ origin }) => origin === 'environment');
  if (fixed) {
    throw invalid(
      `${where(unit, fixed)} passes ${fixed.spelling} ${fixed.value} to the engine, so the console cannot add port ${port}. Move it to "hosts" in /etc/docker/daemon.json.`,
    );
  }
  const own = `tcp://${hasIpv6 ? '[::]' : '0.0.0.0'}:${port}`;
  return {
    daemon: {
      ...mergeDaemonConfig(base, wanted),
      hosts: [...(keptHosts.length > 0 ? keptHosts : [defaultUnixHost]), own],
    },
    way: 'hosts',
    execStart: execStartWithout(unit, { dropped: [...dropped, ...hostFlags] }),
    notes,
  };
}
