import type { Command } from '@/server/ssh/command-runner';
import { type ShellScript, sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { Report, reporting } from './report';

export interface ScriptRun extends Omit<Command, 'onLine' | 'sudo'> {
  /** Default true. */
  readonly sudo?: boolean;
  /** Lines that are neither facts nor for the log; they go to neither. */
  readonly onLine?: (line: string) => boolean;
}

export interface ScriptAnswer {
  readonly report: Report;
  readonly exitCode: number;
  /** The lines that went to the log, oldest first. */
  readonly lines: readonly string[];
}

/** More lines of one script are not kept in memory; the log has them all. */
const keptLinesMax = 5000;

/**
 * Runs a script as root on the host, with `fact` and `blob` (report.ts) at hand. Its facts come back, everything else that it
 * prints goes to the log as it arrives. Throws what CommandRunner.run throws.
 */
export async function runScript(ctx: ProvisionContext, run: ScriptRun): Promise<ScriptAnswer> {
  const report = new Report();
  const lines: string[] = [];
  const { script, sudo = true, onLine, ...rest } = run;
  const { exitCode } = await ctx.host.run(
    {
      ...rest,
      sudo,
      script: withReporting(script),
      onLine: (stream, line) => {
        if (stream === 'stdout' && report.take(line)) return;
        if (onLine?.(line)) return;
        ctx.log.line(stream, line);
        if (lines.length < keptLinesMax) lines.push(line);
      },
    },
    ctx.signal,
  );
  return { report, exitCode, lines };
}

const withReporting = (script: ShellScript): ShellScript => sh`${reporting}
${script}`;
