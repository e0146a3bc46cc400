import { AppError } from '@/server/errors/app-error';

import type { CommandResult } from './command-runner';
import { printable } from './printable';

const lastLine = (text: string) => printable(text.trimEnd().split('\n').at(-1) ?? '', 300);

/** A command whose exit code was not expected, in its own last words. `where` is for the console's own log. */
export function commandFailed(name: string, { exitCode, stdout, stderr }: CommandResult, where?: string): AppError {
  const said = lastLine(stderr) || lastLine(stdout);
  return new AppError({
    code: 'provision.command-failed',
    public: `"${name}" ended with exit code ${exitCode}${said ? `: ${said}` : '.'}`,
    ...(where !== undefined && { internal: where }),
    output: `${stdout}${stderr}`.slice(-8192),
  });
}
