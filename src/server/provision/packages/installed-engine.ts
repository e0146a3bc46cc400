import { type ShellScript, sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { runScript } from '../host/run';
import type { PackageTool } from './tool';

export interface InstalledEngine {
  /** Whether dockerd and its unit are there and no package of it is half installed. */
  readonly isComplete: boolean;
  /** The package that dockerd belongs to; empty when it came otherwise or is not there. */
  readonly packageName: string;
  readonly packageVersion: string;
  /** Docker as a snap: it has no docker.service, and settings of its own. */
  readonly hasSnap: boolean;
  readonly canFetch: boolean;
  /** Packages that an engine on this host wants beside its own. */
  readonly needs: readonly string[];
}

const probe = (tool: PackageTool): ShellScript => sh`${tool.lookups}
program=$(command -v dockerd || true)
snap=no
case $program in /snap/*) snap=yes program= ;; esac
[ ! -d /snap/docker ] || snap=yes
fact snap "$snap"
if command -v curl >/dev/null || command -v wget >/dev/null; then fact fetch yes; fi
${tool.engineNeeds}
systemctl cat docker.service >/dev/null 2>&1 || program=
[ -n "$program" ] || exit 0
fact program "$program"
owner=$(owner_of "$(readlink -f "$program")")
[ -z "$owner" ] || fact package "$owner"`;

/** What is there of the engine, seen from the package manager. */
export async function findInstalledEngine(ctx: ProvisionContext, tool: PackageTool): Promise<InstalledEngine> {
  const { report } = await runScript(ctx, {
    name: 'look for an installed engine',
    script: probe(tool),
    timeoutMs: 30_000,
  });
  const [packageName = '', state = '', packageVersion = ''] = report.get('package').split(' ');
  return {
    isComplete: report.has('program') && (packageName === '' || state === 'installed'),
    packageName,
    packageVersion,
    hasSnap: report.is('snap'),
    canFetch: report.is('fetch'),
    needs: report.all('needs'),
  };
}

/** The packages that an engine is made of and that change their version together, its own first. */
export const packagesOf = ({ packageName }: InstalledEngine): readonly string[] => [
  packageName,
  packageName === 'docker-ce' ? 'docker-ce-cli' : 'docker-cli',
];
