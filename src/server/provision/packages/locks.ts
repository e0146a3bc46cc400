import { type ShellScript, sh } from '@/server/ssh/shell';

import type { Report } from '../host/report';
import type { LockHolder } from '../package-manager';

const holder = sh`lock_holder() { fact lock "$1 $2 $( (tr '\\0' ' ' < "/proc/$1/cmdline") 2>/dev/null | tr -d '\\n' || true)"; }`;

/**
 * Who holds a lock on one of these files. /proc/locks needs no tool that may be missing. It knows a file by its inode alone, so a
 * holder must also have the file open. Without root's rights that cannot be seen, and the inode has to do.
 */
export const fileLockProbe = (files: readonly string[]): ShellScript => sh`${holder}
for file in ${files}; do
  inode=$(stat -c %i "$file" 2>/dev/null) || continue
  for pid in $(awk -v inode="$inode" '$2 != "->" { split($6, id, ":"); if (id[3] == inode) print $5 }' /proc/locks); do
    if [ "$(id -u)" = 0 ] && [ -z "$(find "/proc/$pid/fd" -lname "$file" 2>/dev/null)" ]; then continue; fi
    lock_holder "$pid" "$file"
  done
done`;

/** Who has put its number into one of these files, and is still there. */
export const pidFileProbe = (files: readonly string[]): ShellScript => sh`${holder}
for file in ${files}; do
  pid=$(cat "$file" 2>/dev/null) || continue
  case $pid in ''|*[!0-9]*) continue ;; esac
  [ ! -d "/proc/$pid" ] || lock_holder "$pid" "$file"
done`;

/** What these probes found, one entry for each process. */
export function readLockHolders(report: Report): LockHolder[] {
  const holders = new Map<number, LockHolder>();
  for (const fact of report.all('lock')) {
    const [, pid, lockFile, command] = /^(\d+) (\S+) ?(.*)$/.exec(fact) ?? [];
    if (pid === undefined || lockFile === undefined || holders.has(Number(pid))) continue;
    holders.set(Number(pid), {
      pid: Number(pid),
      lockFile,
      command: (command ?? '').trim().slice(0, 200) || 'a process',
    });
  }
  return [...holders.values()];
}
