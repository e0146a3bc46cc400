import type { UnitWord } from './unit-file';

/** A flag on dockerd's command line, under the name that it has in daemon.json. */
export interface EngineFlag {
  readonly key: string;
  readonly value: string | true;
  /** As a person would find it: "--label", "-H". */
  readonly spelling: string;
  /** Where it stands: in the unit's ExecStart, or in a variable that ExecStart refers to. */
  readonly origin: 'unit' | 'environment';
  /** Indexes into the words of ExecStart that make it up; empty for the environment's. */
  readonly words: readonly number[];
}

const shortFlags: Readonly<Record<string, string>> = {
  H: 'host',
  D: 'debug',
  l: 'log-level',
  s: 'storage-driver',
  g: 'data-root',
  G: 'group',
  p: 'pidfile',
  b: 'bridge',
};

/** Flags that stand for a list or a map have another name in daemon.json. Source: dockerd(8), "daemon configuration file". */
const keyOfFlag: Readonly<Record<string, string>> = {
  host: 'hosts',
  label: 'labels',
  'registry-mirror': 'registry-mirrors',
  'insecure-registry': 'insecure-registries',
  'log-opt': 'log-opts',
  'storage-opt': 'storage-opts',
  'exec-opt': 'exec-opts',
  'dns-opt': 'dns-opts',
  'authorization-plugin': 'authorization-plugins',
  'default-ulimit': 'default-ulimits',
  'add-runtime': 'runtimes',
  'default-address-pool': 'default-address-pools',
  'node-generic-resource': 'node-generic-resources',
  graph: 'data-root',
};

/** Flags that take no value as a word of their own. */
const switches = new Set(
  `debug tls tlsverify live-restore experimental icc ip-forward ip-masq iptables ip6tables ipv6 init no-new-privileges
  raw-logs selinux-enabled userland-proxy rootless validate version disable-legacy-registry block-registry`.split(
    /\s+/,
  ),
);

interface OriginatedWord extends UnitWord {
  readonly origin: 'unit' | 'environment';
  readonly index: number;
}

function flagAt(words: readonly OriginatedWord[], at: number): { flag: EngineFlag; next: number } | null {
  const word = words[at];
  const [, dashes, body] = /^(--?)([^-].*)$/s.exec(word?.text ?? '') ?? [];
  if (!word || body === undefined) return null;
  const equals = body.indexOf('=');
  const isShort = dashes === '-';
  const name = isShort ? (shortFlags[body[0] ?? ''] ?? body) : body.slice(0, equals === -1 ? undefined : equals);
  const make = (value: string | true, last: number) => ({
    flag: {
      key: keyOfFlag[name] ?? name,
      value,
      spelling: isShort ? `-${body[0] ?? ''}` : `--${name}`,
      origin: word.origin,
      words: words.slice(at, last + 1).flatMap((one) => (one.origin === 'unit' ? [one.index] : [])),
    },
    next: last + 1,
  });
  if (isShort && body.length > 1 && !switches.has(name)) return make(body.slice(1).replace(/^=/, ''), at);
  if (equals !== -1) return make(body.slice(equals + 1), at);
  if (switches.has(name)) return make(true, at);
  const value = words[at + 1];
  return value ? make(value.text, at + 1) : make(true, at);
}

/** Reads dockerd's flags from its command line (without the program itself). */
export function parseEngineFlags(words: readonly OriginatedWord[]): EngineFlag[] {
  const flags: EngineFlag[] = [];
  for (let at = 0; at < words.length;) {
    const found = flagAt(words, at);
    if (found) flags.push(found.flag);
    at = found?.next ?? at + 1;
  }
  return flags;
}

export type { OriginatedWord };
