import { type ShellScript, sh } from '@/server/ssh/shell';

import type { BackupManifest } from '../backup-manifest';
import type { ProvisionContext } from '../context';
import { backupFolder, hostNameFile } from '../host/paths';
import { runScript } from '../host/run';

/** A file that is as it was is not touched: content, type, mode, owner and time are compared. */
const functions: ShellScript = sh`failed=no
same() {
  [ "$(stat -c '%F %a %u %g %y' -- "$1" 2>/dev/null)" = "$(stat -c '%F %a %u %g %y' -- "$2")" ] || return 1
  if [ -L "$1" ]; then [ "$(readlink "$1")" = "$(readlink "$2")" ]; else cmp -s -- "$1" "$2"; fi
}
put_back() {
  if same "$2" "$1"; then return; fi
  parent=$(dirname "$2")
  if mkdir -p -- "$parent" && temporary=$(mktemp -u "$parent/.quaymaster-XXXXXX") && cp -a -- "$1" "$temporary" && mv -Tf -- "$temporary" "$2"; then
    fact changed "$2"
    echo "put back $2"
  else
    rm -f -- "$temporary"
    failed=yes
  fi
}
take_away() {
  if [ ! -e "$1" ] && [ ! -L "$1" ]; then return; fi
  if rm -f -- "$1"; then fact changed "$1"; echo "removed $1"; else failed=yes; fi
}`;

/** Puts back every file of the manifest and the host's name. Returns the paths that were different. Idempotent. */
export async function putBackFiles(ctx: ProvisionContext, manifest: BackupManifest): Promise<readonly string[]> {
  let script = functions;
  for (const { path, copy } of manifest.files) {
    script =
      copy === null
        ? sh`${script}\ntake_away ${path}`
        : sh`${script}\nput_back ${`${backupFolder}/files/${copy}`} ${path}`;
  }
  const { report } = await runScript(ctx, {
    name: 'put back the files',
    script: sh`${script}\n[ $failed = no ]`,
    timeoutMs: 60_000,
  });
  const changed = report.all('changed');
  if (changed.includes(hostNameFile) && manifest.hostName) {
    await runScript(ctx, {
      name: 'put back the host name',
      script: sh`[ "$(hostname)" = ${manifest.hostName} ] || hostname -- ${manifest.hostName}`,
      timeoutMs: 30_000,
    });
    ctx.log.info(`The host's name is ${manifest.hostName} again.`);
  }
  return changed;
}

/** Makes the units start at boot, and run, as they did before. Those that were not there are left alone. */
export async function restoreUnits(ctx: ProvisionContext, manifest: BackupManifest): Promise<void> {
  let script = sh`set -u
bring() {
  now=$(systemctl is-enabled "$1" 2>/dev/null)
  case $2 in
    enabled) [ "$now" = enabled ] || systemctl enable --quiet "$1" ;;
    disabled) [ "$now" = disabled ] || systemctl disable --quiet "$1" ;;
    masked) [ "$now" = masked ] || systemctl mask --quiet "$1" ;;
  esac
  if [ "$3" != active ] && [ "$(systemctl is-active "$1")" = active ]; then systemctl stop "$1"; fi
}`;
  // The socket first: while it listens, it would start the service that was just stopped.
  for (const unit of ['docker.socket', 'docker.service']) {
    const state = manifest.units[unit];
    if (state?.load !== 'loaded') continue;
    script = sh`${script}\nbring ${unit} ${state.enabled} ${state.active}`;
  }
  await runScript(ctx, { name: 'restore the units', script, timeoutMs: 120_000 });
}

export interface OwnFolders {
  readonly manifest: BackupManifest;
  /** Ours, with all that is in them. */
  readonly folders: readonly string[];
}

/** Removes our folders, and those of others' files that we had to make and that are empty now; the rest get their time back. */
export async function removeOwnFolders(ctx: ProvisionContext, { manifest, folders }: OwnFolders): Promise<void> {
  let script = sh`rm -rf -- ${folders}`;
  for (const { path, modifiedAt } of manifest.folders.toReversed()) {
    script =
      modifiedAt === null
        ? sh`${script}\n[ ! -d ${path} ] || rmdir --ignore-fail-on-non-empty -- ${path}`
        : sh`${script}\n[ ! -d ${path} ] || touch -d ${modifiedAt} -- ${path}`;
  }
  await runScript(ctx, { name: 'remove our own folders', script: sh`${script}\ntrue`, timeoutMs: 60_000 });
}
