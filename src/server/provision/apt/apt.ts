import { sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { runScript } from '../host/run';
import type { PackageManager } from '../package-manager';
import { changeEngineWithApt, offeredEngineOfApt } from './change-engine';
import { installFailure } from './failure';
import { installEngineWithApt } from './install-engine';
import { installGateWithApt } from './install-gate';
import { aptLockProbe, readLockHolders } from './locks';
import {
  addedPackages,
  aptEnvironment,
  enginePackages,
  finishInterrupted,
  gatePackages,
  listInstalled,
  type PackageNotes,
} from './shell';

async function findAdded(ctx: ProvisionContext, notes: PackageNotes): Promise<readonly string[]> {
  const script = sh`set -eu
${addedPackages(notes)}
[ ! -s ${notes.before} ] || note_added_packages
[ -f ${notes.added} ] || exit 0
while read -r name; do fact added "$name"; done < ${notes.added}`;
  const { report } = await runScript(ctx, { name: 'look up the added packages', script, timeoutMs: 60_000 });
  return report.all('added');
}

/** Purges after a dry run that shows that nothing else would go. */
async function purge(ctx: ProvisionContext, packages: readonly string[]): Promise<void> {
  const script = sh`${aptEnvironment({})}
${finishInterrupted}
set --
for name in ${packages}; do
  state=$(dpkg-query -W -f '\${db:Status-Status}' "$name" 2>/dev/null || echo not-installed)
  [ "$state" = not-installed ] || set -- "$@" "$name"
done
[ $# -gt 0 ] || exit 0
more=$(apt-get -s purge "$@" | sed -n 's/^\\(Purg\\|Remv\\) \\([^ ]*\\).*/\\2/p' | while read -r gone; do
  found=no
  for name in "$@"; do [ "\${name%%:*}" != "\${gone%%:*}" ] || found=yes; done
  [ $found = yes ] || printf '%s ' "$gone"
done)
[ -z "$more" ] || { echo "ERROR: these packages came later and need them: $more"; exit 1; }
apt-get purge -y -q "$@"`;
  const { exitCode, lines } = await runScript(ctx, {
    name: 'remove packages',
    script,
    expect: 'any',
    timeoutMs: 10 * 60_000,
  });
  if (exitCode !== 0) throw installFailure('Removing the packages', lines);
}

/** apt and dpkg, of Debian and everything built on it. */
export const apt: PackageManager = {
  lockProbe: aptLockProbe,
  readLockHolders,
  listInstalled,
  installEngine: installEngineWithApt,
  offeredEngine: offeredEngineOfApt,
  changeEngine: changeEngineWithApt,
  installGate: installGateWithApt,
  findAddedPackages: (ctx, part = 'engine') => findAdded(ctx, part === 'gate' ? gatePackages : enginePackages),
  purge,
};
