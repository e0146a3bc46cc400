import { type ShellScript, sh } from '@/server/ssh/shell';

import { type BackupManifest, backupManifest } from '../backup-manifest';
import type { ProvisionContext } from '../context';
import { engineUnitProbe } from '../engine/unit-probe';
import { type HostOwner, parseHostOwner } from '../host-owner';
import { backupFolder, ownerFile, stateFolder, touchedFiles, touchedFolders } from '../host/paths';
import type { Report } from '../host/report';
import { runScript } from '../host/run';

const unfinished = `${stateFolder}/.backup-unfinished`;

/** Copies what is there, into a folder that gets its name last. Prints how the copies are numbered. */
const copyScript = (listInstalled: ShellScript): ShellScript => sh`set -eu
umask 077
[ -d ${stateFolder} ] || mkdir -p -m 700 ${stateFolder}
[ ! -f ${ownerFile} ] || blob owner < ${ownerFile}
if [ -f ${`${backupFolder}/manifest.json`} ]; then fact exists yes; exit 0; fi
rm -rf ${unfinished}
mkdir -p ${`${unfinished}/files`}
number=0
for path in ${touchedFiles}; do
  number=$((number + 1))
  if [ -e "$path" ] || [ -L "$path" ]; then
    cp -a -- "$path" ${`${unfinished}/files/`}"$number"
    fact "copy.$number" "$path"
    echo "kept $path"
  fi
done
number=0
for path in ${touchedFolders}; do
  number=$((number + 1))
  [ ! -d "$path" ] || fact "folder.$number" "$(stat -c %y "$path")"
done
${listInstalled} > ${`${unfinished}/packages`}
fact packages "$(wc -l < ${`${unfinished}/packages`})"
fact name "$(hostname)"
${engineUnitProbe}`;

const noteOwner = (owner: HostOwner): ShellScript => sh`printf '%s\\n' ${JSON.stringify(owner)} > ${`${ownerFile}.new`}
mv -f ${`${ownerFile}.new`} ${ownerFile}`;

const finishScript = (owner: HostOwner): ShellScript => sh`set -eu
umask 077
cat > ${`${unfinished}/manifest.json`}
sync ${`${unfinished}/manifest.json`} ${`${unfinished}/packages`}
mv -T ${unfinished} ${backupFolder}
${noteOwner(owner)}`;

export function composeManifest(report: Report, madeAt: Date): BackupManifest {
  return {
    version: 1,
    madeAt: madeAt.toISOString(),
    hostName: report.get('name'),
    files: touchedFiles.map((path, index) => ({
      path,
      copy: report.has(`copy.${index + 1}`) ? String(index + 1) : null,
    })),
    folders: touchedFolders.map((path, index) => ({ path, modifiedAt: report.get(`folder.${index + 1}`) || null })),
    units: Object.fromEntries(
      ['docker.service', 'docker.socket'].map((unit) => [
        unit,
        {
          load: report.get(`${unit}.LoadState`),
          active: report.get(`${unit}.ActiveState`),
          enabled: report.get(`${unit}.UnitFileState`),
        },
      ]),
    ),
  };
}

export interface BackUpInput {
  readonly owner: HostOwner;
  /** Of the provisioner's package manager. */
  readonly listInstalled: ShellScript;
}

/**
 * Keeps what the host is like before the first change: the files that a create touches (with mode, owner and time), its
 * units' states, its packages and its name, in a folder that only root can enter. A backup that is there is never written again,
 * whoever made it: it shows the host as it was before any console. Also notes which console manages the host now.
 */
export async function backUp(ctx: ProvisionContext, { owner, listInstalled }: BackUpInput): Promise<{ made: boolean }> {
  const { report } = await runScript(ctx, {
    name: 'keep what is there',
    script: copyScript(listInstalled),
    timeoutMs: 60_000,
  });
  const made = !report.is('exists');
  if (made) {
    const manifest = backupManifest.parse(composeManifest(report, ctx.clock.now()));
    await runScript(ctx, {
      name: 'finish the backup',
      script: finishScript(owner),
      stdin: `${JSON.stringify(manifest, null, 2)}\n`,
      timeoutMs: 30_000,
    });
    ctx.log.info(`What the host has is kept in ${backupFolder}; ${report.get('packages')} packages were noted.`);
  } else {
    ctx.log.info('The backup from the first set-up of this host is kept as it is.');
  }
  const former = parseHostOwner(report.text('owner'));
  if (former && (former.console !== owner.console || former.machine !== owner.machine)) {
    ctx.log.info(`The host was managed by the console ${former.console} until now; this one takes it over.`);
  }
  const isNoted = made || (former?.console === owner.console && former.machine === owner.machine);
  if (!isNoted) {
    const script = sh`umask 077\n${noteOwner(owner)}`;
    await runScript(ctx, { name: 'note who manages the host', script, timeoutMs: 30_000 });
  }
  return { made };
}
