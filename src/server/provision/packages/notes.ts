import { posix } from 'node:path';

import { type ShellScript, sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { addedGatePackagesFile, addedPackagesFile, gatePackagesBeforeFile, packagesBeforeFile } from '../host/paths';
import { runScript } from '../host/run';
import type { PackageTool } from './tool';

/** Where the packages that one installation added are kept, and those that were there before it, until it has ended. */
export interface PackageNotes {
  readonly added: string;
  readonly before: string;
}

export const engineNotes: PackageNotes = { added: addedPackagesFile, before: packagesBeforeFile };
export const gateNotes: PackageNotes = { added: addedGatePackagesFile, before: gatePackagesBeforeFile };

/**
 * Around whatever installs packages: `remember_packages` before, `note_added_packages` after. What came in between is kept
 * on the host, also when the first attempt broke off half-way.
 */
export const noteAdded = (
  { listInstalled }: Pick<PackageTool, 'listInstalled'>,
  { added, before }: PackageNotes,
): ShellScript => sh`[ -d ${posix.dirname(before)} ] || mkdir -p -m 700 ${posix.dirname(before)}
list_installed() {
  ${listInstalled} > "$1" && [ -s "$1" ] || {
    rm -f -- "$1"
    echo 'ERROR: the list of the installed packages cannot be read'
    return 1
  }
}
remember_packages() {
  [ ! -s ${before} ] || return 0
  list_installed ${`${before}.new`}
  mv -f ${`${before}.new`} ${before}
}
note_added_packages() {
  list_installed ${`${before}.now`}
  LC_ALL=C comm -13 ${before} ${`${before}.now`} > ${`${added}.new`}
  [ ! -f ${added} ] || cat ${added} >> ${`${added}.new`}
  LC_ALL=C sort -u -o ${added} ${`${added}.new`}
  rm -f ${`${added}.new`} ${`${before}.now`} ${before}
}`;

/** The packages that were added, also by an installation that broke off. */
export async function findAdded(
  ctx: ProvisionContext,
  tool: Pick<PackageTool, 'listInstalled'>,
  notes: PackageNotes,
): Promise<readonly string[]> {
  const script = sh`set -eu
${noteAdded(tool, notes)}
if [ -s ${notes.before} ]; then note_added_packages; fi
[ -f ${notes.added} ] || exit 0
while read -r name; do fact added "$name"; done < ${notes.added}`;
  const { report } = await runScript(ctx, { name: 'look up the added packages', script, timeoutMs: 60_000 });
  return report.all('added');
}
