import { type ShellScript, sh } from '@/server/ssh/shell';

import type { Report } from '../host/report';
import type { LockHolder } from '../package-manager';

const lockFiles = [
  '/var/lib/dpkg/lock-frontend',
  '/var/lib/dpkg/lock',
  '/var/lib/apt/lists/lock',
  '/var/cache/apt/archives/lock',
];

/**
 * /proc/locks needs no tool that may be missing. It knows a file by its inode alone, so a holder must also have the
 * file open. Without root's rights that cannot be seen, and the inode has to do.
 */
export const aptLockProbe: ShellScript = sh`for file in ${lockFiles}; do
  inode=$(stat -c %i "$file" 2>/dev/null) || continue
  for pid in $(awk -v inode="$inode" '$2 != "->" { split($6, id, ":"); if (id[3] == inode) print $5 }' /proc/locks); do
    if [ "$(id -u)" = 0 ] && [ -z "$(find "/proc/$pid/fd" -lname "$file" 2>/dev/null)" ]; then continue; fi
    fact lock "$pid $file $( (tr '\\0' ' ' < "/proc/$pid/cmdline") 2>/dev/null | tr -d '\\n' || true)"
  done
done`;

/** Who holds apt's or dpkg's locks, one entry for each process. */
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
