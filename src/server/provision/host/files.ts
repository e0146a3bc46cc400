import { createHash } from 'node:crypto';

import { type ShellScript, sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { runScript } from './run';

export interface HostFile {
  /** Absolute. */
  readonly path: string;
  /** Null: the file must not exist. */
  readonly content: Buffer | string | null;
  /** Permission bits, for example 0o600. */
  readonly mode: number;
}

export interface HostFolder {
  readonly path: string;
  readonly mode: number;
}

const octal = (mode: number) => mode.toString(8);

/**
 * The contents come one after the other on standard input, each of a size that is known: dd reads exactly that many bytes,
 * which `head -c` does not do on a pipe. A file that is as it should be is told by its checksum and not touched, and
 * neither is its folder, so their times stay.
 */
const functions: ShellScript = sh`set -eu
umask 077
folder() {
  [ -d "$1" ] || mkdir -p -- "$1"
  [ "$(stat -c %a:%u:%g "$1")" = "$2:0:0" ] || { chown root:root "$1"; chmod "$2" "$1"; }
}
put() {
  path=$1 mode=$2 size=$3 sum=$4
  [ ! -d "$path" ] || { echo "$path is a folder" >&2; exit 1; }
  if [ -f "$path" ] && [ ! -L "$path" ] && [ "$(stat -c %a:%u:%g "$path")" = "$mode:0:0" ] &&
    [ "$(sha256sum < "$path")" = "$sum  -" ]; then
    [ "$size" -eq 0 ] || dd bs="$size" count=1 iflag=fullblock status=none > /dev/null
    return 0
  fi
  parent=$(dirname "$path")
  [ -d "$parent" ] || (umask 022; mkdir -p -- "$parent")
  temporary=$(mktemp "$parent/.quaymaster-XXXXXX")
  trap 'rm -f -- "$temporary"' EXIT
  [ "$size" -eq 0 ] || dd bs="$size" count=1 iflag=fullblock status=none > "$temporary"
  [ "$(stat -c %s "$temporary")" -eq "$size" ] || { echo "$path did not arrive as a whole" >&2; exit 1; }
  chown root:root "$temporary"
  chmod "$mode" "$temporary"
  sync "$temporary"
  mv -f -- "$temporary" "$path"
  fact changed "$path"
  echo "wrote $path"
  trap - EXIT
}
absent() {
  if [ -e "$1" ] || [ -L "$1" ]; then rm -f -- "$1"; fact changed "$1"; echo "removed $1"; fi
}`;

/** Shell of one file. Its folder is made (0755) where it is missing. */
const fileCommand = ({ path, content, mode }: HostFile): ShellScript =>
  content === null
    ? sh`absent ${path}`
    : sh`put ${path} ${octal(mode)} ${Buffer.byteLength(content)} ${createHash('sha256').update(content).digest('hex')}`;

/**
 * Makes these folders and files be as given, root's, each replaced atomically, in one round trip. Returns the paths that
 * were not as given. Contents are compared on the host and reach no log. Idempotent.
 */
export async function ensureFiles(
  ctx: ProvisionContext,
  { name, folders = [], files }: { name: string; folders?: readonly HostFolder[]; files: readonly HostFile[] },
): Promise<readonly string[]> {
  let script = functions;
  for (const { path, mode } of folders) script = sh`${script}\nfolder ${path} ${octal(mode)}`;
  for (const file of files) script = sh`${script}\n${fileCommand(file)}`;
  const { report } = await runScript(ctx, {
    name,
    script,
    stdin: Buffer.concat(files.map(({ content }) => Buffer.from(content ?? ''))),
    timeoutMs: 60_000,
  });
  return report.all('changed');
}
