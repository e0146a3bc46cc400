import { syntaxFailure, type VirtualBoxWorld } from './world.test-support';

export type Command = (world: VirtualBoxWorld, args: readonly string[]) => string;

type OptionKind = 'flag' | 'text' | 'number' | 'onoff';

/** The options of one sub-command, without dashes, and how many words it takes beside them. */
export interface Grammar {
  readonly options: Readonly<Record<string, OptionKind>>;
  readonly words: { readonly min: number; readonly max: number };
}

export const words = (min: number, max = min): Grammar['words'] => ({ min, max });

export interface Parsed {
  readonly words: readonly string[];
  /** In the order in which they were given. */
  readonly options: readonly (readonly [string, string])[];
  readonly get: (name: string) => string | undefined;
}

const assertValue = (name: string, kind: OptionKind, value: string): void => {
  if (kind === 'number' && !/^\d+$/.test(value)) {
    throw syntaxFailure(`RTGetOpt: Option '--${name}' requires an integer value: '${value}'`);
  }
  if (kind === 'onoff' && !['on', 'off'].includes(value)) throw syntaxFailure(`Invalid --${name} argument '${value}'`);
};

/** As VBoxManage parses its arguments: `--name value` and `--name=value`; anything that it does not know is refused. */
export function parseArguments(args: readonly string[], { options, words }: Grammar): Parsed {
  const found: [string, string][] = [];
  const plain: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (!arg.startsWith('--')) {
      plain.push(arg);
      continue;
    }
    const equals = arg.indexOf('=');
    const name = arg.slice(2, equals === -1 ? undefined : equals);
    const kind = options[name];
    if (!kind) throw syntaxFailure(`Unknown option: ${arg}`);
    if (kind === 'flag') {
      if (equals !== -1) throw syntaxFailure(`Unknown option: ${arg}`);
      found.push([name, '']);
      continue;
    }
    const value = equals === -1 ? args[(at += 1)] : arg.slice(equals + 1);
    if (value === undefined) throw syntaxFailure(`Missing argument: --${name}`);
    // The rule of a port forwarding is deleted by its name in a word of its own.
    if (/^natpf\d$/.test(name) && value === 'delete') {
      const rule = args[(at += 1)];
      if (rule === undefined) throw syntaxFailure(`Missing argument to deleting option: --${name}`);
      found.push([name, `delete ${rule}`]);
      continue;
    }
    assertValue(name, kind, value);
    found.push([name, value]);
  }
  if (plain.length > words.max) throw syntaxFailure(`Invalid parameter '${plain[words.max] ?? ''}'`);
  if (plain.length < words.min) throw syntaxFailure('Not enough parameters');
  return { words: plain, options: found, get: (name) => found.findLast(([one]) => one === name)?.[1] };
}
