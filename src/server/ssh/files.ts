import { posix } from 'node:path';

import type { RemoteFile } from './command-runner';
import { type ShellScript, sh } from './shell';

/** The exit code of readScript for a file that does not exist; `cat` itself never ends with it. */
export const absentExitCode = 44;

/** Prints a file. Root's rights are taken for granted; a dangling link counts as absent. */
export const readScript = (path: string): ShellScript =>
  sh`[ -e ${path} ] || exit ${absentExitCode}
exec cat -- ${path}`;

/**
 * Writes standard input to a file: into a temporary file beside it, which nobody else can read from the start, whose
 * size is checked (a connection that breaks looks like the end of the input) and which reaches the disk before it takes
 * the name. It is removed on every way out: PIPE stands among the signals because nobody reads a complaint once the
 * connection is gone. Parents that are missing are made with mode 0755; those that exist stay as they are.
 * Only POSIX tools and mktemp, because busybox has no `mv -T` and no `install -o`.
 */
export function writeScript({ path, mode, owner = 'root:root' }: RemoteFile, sizeBytes: number): ShellScript {
  const folder = posix.dirname(path);
  return sh`set -eu
path=${path}
[ ! -d "$path" ] || { echo "$path is a folder" >&2; exit 1; }
[ -d ${folder} ] || { umask 022; mkdir -p -- ${folder}; }
umask 077
temporary=$(mktemp ${posix.join(folder, '.quaymaster-XXXXXX')})
trap 'rm -f -- "$temporary"' EXIT
trap 'exit 129' HUP INT PIPE TERM
chown ${owner} "$temporary"
chmod ${mode.toString(8).padStart(4, '0')} "$temporary"
cat > "$temporary"
size=$(wc -c < "$temporary")
[ "$size" -eq ${sizeBytes} ] || { echo "only $size of ${sizeBytes} bytes arrived" >&2; exit 1; }
sync "$temporary"
mv -f -- "$temporary" "$path"
trap - EXIT`;
}
