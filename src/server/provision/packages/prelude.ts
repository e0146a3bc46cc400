import { type ShellScript, sh } from '@/server/ssh/shell';

import type { PackageTool } from './tool';

export type Environment = Readonly<Record<string, string>>;

const proxyName = /_proxy$/i;

/** Proxies of the settings, in both spellings: curl and the package managers want the lower-case one. */
function proxies(environment: Environment): ShellScript {
  let script = sh``;
  for (const [name, value] of Object.entries(environment)) {
    if (!proxyName.test(name)) continue;
    script = sh`${script}export ${`${name}=${value}`} ${`${name.toLowerCase()}=${value}`}\n`;
  }
  return script;
}

/**
 * At the beginning of whatever touches packages: it ends at the first failure, `at_exit COMMAND` tidies up however it ends, nobody is
 * asked (by an install script neither), locks are waited for, and the proxies of the settings are used.
 */
export const prelude = (tool: Pick<PackageTool, 'environment'>, environment: Environment): ShellScript => sh`set -eu
umask 022
exit_commands=:
at_exit() { exit_commands="$1; $exit_commands"; }
trap 'eval "$exit_commands"' EXIT
trap 'exit 129' HUP INT TERM
${tool.environment}
${proxies(environment)}`;

/** `fetch URL FILE` with whatever the host has. */
export const fetchFunction: ShellScript = sh`fetch() {
  if command -v curl >/dev/null; then curl -fsSL --retry 2 --connect-timeout 20 --max-time 120 -o "$2" -- "$1"
  else wget -nv -T 60 -t 2 -O "$2" -- "$1"; fi
}`;
