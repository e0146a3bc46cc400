import { posix } from 'node:path';

import { AppError } from '@/server/errors/app-error';

import { serviceDropIn, socketDropIn } from '../host/paths';
import type { Report } from '../host/report';
import { type EngineFlag, type OriginatedWord, parseEngineFlags } from './engine-flags';
import { effectiveValues, parseEnvironmentFile, parseUnitText, splitUnitWords, type UnitWord } from './unit-file';

/** How the host's own units start the engine, without anything that the console wrote. */
export interface EngineUnit {
  /** dockerd, wherever it is. */
  readonly program: string;
  /** ExecStart as it stands, the program first with systemd's prefixes. */
  readonly execStart: readonly UnitWord[];
  /** The file that ExecStart stands in. */
  readonly file: string;
  readonly flags: readonly EngineFlag[];
  /** Files with variables for the engine, such as /etc/default/docker. */
  readonly environmentFiles: readonly string[];
  readonly hasSocketUnit: boolean;
  /** What docker.socket listens on besides files: "2375", "0.0.0.0:2375". */
  readonly socketPorts: readonly string[];
}

const invalid = (message: string) => new AppError({ code: 'provision.engine-config-invalid', public: message });

/** `$NAME` alone becomes the words of its value, as systemd has it; anything else stays one word. */
function expand(words: readonly UnitWord[], variables: Readonly<Record<string, string>>): OriginatedWord[] {
  return words.flatMap((word, index): OriginatedWord[] => {
    const name = /^\$([A-Za-z_][A-Za-z0-9_]*)$/.exec(word.raw)?.[1];
    if (name === undefined) return [{ ...word, index, origin: 'unit' }];
    return splitUnitWords(variables[name] ?? '').map((part) => ({ ...part, index, origin: 'environment' }));
  });
}

/**
 * Reads the units from what engineUnitProbe printed. Null where the host has no docker.service.
 * Throws provision.engine-config-invalid where it starts something else than dockerd.
 */
export function readEngineUnit(report: Report): EngineUnit | null {
  const assignments = parseUnitText(report.text('unit.docker.service')).filter(({ file }) => file !== serviceDropIn);
  const start = effectiveValues(assignments, 'Service', 'ExecStart').at(-1);
  if (!start) return null;
  const execStart = splitUnitWords(start.value);
  const program = (execStart[0]?.text ?? '').replace(/^[-@:+!|]+/, '');
  if (posix.basename(program) !== 'dockerd') {
    throw invalid(
      `The unit docker.service on the host starts ${program || 'nothing'} instead of dockerd (see ${start.file}). The console sets up dockerd only.`,
    );
  }
  const environmentFiles = effectiveValues(assignments, 'Service', 'EnvironmentFile').map(({ value }) =>
    value.replace(/^-/, ''),
  );
  const variables = Object.assign(
    {},
    ...effectiveValues(assignments, 'Service', 'Environment').map(({ value }) =>
      parseEnvironmentFile(
        splitUnitWords(value)
          .map(({ text }) => text)
          .join('\n'),
      ),
    ),
    parseEnvironmentFile(report.text('unit.environment')),
  ) as Record<string, string>;
  const socket = parseUnitText(report.text('unit.docker.socket')).filter(({ file }) => file !== socketDropIn);
  const streams = effectiveValues(socket, 'Socket', 'ListenStream').map(({ value }) => value);
  return {
    program,
    execStart,
    file: start.file,
    flags: parseEngineFlags(expand(execStart.slice(1), variables).map((word) => ({ ...word, index: word.index + 1 }))),
    environmentFiles,
    hasSocketUnit: streams.length > 0,
    socketPorts: streams.filter((stream) => /^(.*:)?\d+$/.test(stream)),
  };
}
