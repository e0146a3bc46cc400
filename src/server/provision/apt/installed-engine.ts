import { sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { runScript } from '../host/run';

export interface InstalledEngine {
  /** Whether dockerd and its unit are there and no package of it is half installed. */
  readonly isComplete: boolean;
  /** The package that dockerd belongs to; empty when it came otherwise or is not there. */
  readonly packageName: string;
  readonly packageVersion: string;
  /** Docker as a snap: it has no docker.service, and settings of its own. */
  readonly hasSnap: boolean;
  readonly canFetch: boolean;
  readonly usesAppArmor: boolean;
}

const probe = sh`program=$(command -v dockerd || true)
snap=no
case $program in /snap/*) snap=yes program= ;; esac
[ ! -d /snap/docker ] || snap=yes
fact snap "$snap"
if command -v curl >/dev/null || command -v wget >/dev/null; then fact fetch yes; fi
if [ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" = Y ] && ! command -v apparmor_parser >/dev/null; then fact apparmor yes; fi
systemctl cat docker.service >/dev/null 2>&1 || program=
[ -n "$program" ] || exit 0
fact program "$program"
status() { dpkg-query -W -f '\${Package} \${db:Status-Status} \${Version}\\n' "$@" 2>/dev/null | grep -Ev ' (not-installed|config-files) '; }
owner=$(status docker-ce docker.io moby-engine | head -n 1)
if [ -z "$owner" ]; then
  # Searching all lists of files takes its time, so it comes last.
  name=$(dpkg-query -S "$(readlink -f "$program")" 2>/dev/null | sed -n '1s/:.*//p')
  [ -z "$name" ] || owner=$(status "$name")
fi
[ -z "$owner" ] || fact package "$owner"`;

/** What is there of the engine, seen from the package manager. */
export async function findInstalledEngine(ctx: ProvisionContext): Promise<InstalledEngine> {
  const { report } = await runScript(ctx, { name: 'look for an installed engine', script: probe, timeoutMs: 30_000 });
  const [packageName = '', state = '', packageVersion = ''] = report.get('package').split(' ');
  return {
    isComplete: report.has('program') && (packageName === '' || state === 'installed'),
    packageName,
    packageVersion,
    hasSnap: report.is('snap'),
    canFetch: report.is('fetch'),
    usesAppArmor: report.is('apparmor'),
  };
}

/** The packages that an engine is made of and that change their version together, its own first. */
export const packagesOf = ({ packageName }: InstalledEngine): readonly string[] => [
  packageName,
  packageName === 'docker-ce' ? 'docker-ce-cli' : 'docker-cli',
];
