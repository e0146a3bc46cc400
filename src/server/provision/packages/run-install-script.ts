import { sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import type { EngineSource } from '../engine-source';
import { runScript } from '../host/run';
import { installFailure } from './failure';
import { engineServices } from './install-packages';
import { engineNotes, noteAdded } from './notes';
import { type Environment, fetchFunction, prelude } from './prelude';
import type { PackageTool } from './tool';

export interface InstallScriptRun {
  readonly source: Extract<EngineSource, { kind: 'script' }>;
  readonly version?: string | undefined;
  readonly environment: Environment;
}

/**
 * Downloads the install script as a whole, checks it, and runs it as root with VERSION set where a version is wanted
 * (which get.docker.com honours).
 */
export async function runInstallScript(
  ctx: ProvisionContext,
  tool: PackageTool,
  { source, version, environment }: InstallScriptRun,
): Promise<void> {
  ctx.log.info(`Running the install script from ${source.url}.`);
  const script = sh`${prelude(tool, environment)}
${noteAdded(tool, engineNotes)}
${fetchFunction}
file=$(mktemp)
at_exit 'rm -f -- "$file"'
${tool.hold(engineServices)}
fetch ${source.url} "$file"
[ -s "$file" ] || { echo 'ERROR: the script is empty'; exit 1; }
sum=$(sha256sum < "$file" | cut -d' ' -f1)
echo "SHA-256 of the script: $sum"
wanted=${source.sha256 ?? ''}
[ -z "$wanted" ] || [ "$wanted" = "$sum" ] || { echo 'ERROR: the script has another checksum than the one in the settings; it was not run'; exit 1; }
case $(head -c 2 "$file") in '#!') ;; *) echo 'ERROR: what came is no script (it does not begin with #!); it was not run'; exit 1 ;; esac
remember_packages
version=${version ?? ''}
[ -z "$version" ] || export VERSION="$version"
sh "$file" < /dev/null
note_added_packages
systemctl cat docker.service >/dev/null 2>&1 || { echo 'ERROR: the script ended well, but there is no docker.service now'; exit 1; }`;
  const answer = await runScript(ctx, {
    name: 'run the install script',
    script,
    expect: 'any',
    timeoutMs: 20 * 60_000,
  });
  if (answer.exitCode !== 0) throw installFailure(tool.failureWords, 'The install script', answer.lines);
}
