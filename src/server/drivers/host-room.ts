import { type ShellScript, sh } from '@/server/ssh/shell';

/** What a virtual machine and a system in it take beside the memory of its own. */
const overheadMiB = 200;
/** What a disk takes at first, with the engine in it. */
const diskStartMiB = 2048;
/** A disk takes what is written to it: more than is free may be promised, but not more than so many times. */
const promisesMax = 10;

/** Shell that prints the MiB that are free for files in a folder, which may not be there yet. */
export const diskFree = (folder: string): ShellScript => sh`folder=${folder}
while [ ! -d "$folder" ]; do folder=$(dirname "$folder"); done
df -Pk "$folder" | awk 'NR == 2 { print int($4 / 1024) }'`;

/** What a hypervisor host has left. NaN where it does not tell. */
export interface Room {
  readonly memoryFreeMiB: number;
  readonly memoryTotalMiB: number;
  /** In the file system that holds the console's folder. */
  readonly diskFreeMiB: number;
}

export interface RoomFault {
  /** disk-start: nothing that the member enters can mend it. */
  readonly kind: 'memory' | 'disk-start' | 'disk-size';
  readonly sentence: string;
}

/** Why a machine does not fit; empty where it does. Pure. */
export function roomFaults(
  where: string,
  room: Room,
  wanted: { readonly memoryMiB: number; readonly diskMiB: number },
): readonly RoomFault[] {
  const neededMiB = wanted.memoryMiB + overheadMiB;
  const faults: RoomFault[] = [];
  if (neededMiB > room.memoryFreeMiB) {
    faults.push({
      kind: 'memory',
      sentence: `${where} has ${room.memoryFreeMiB} MiB of its ${room.memoryTotalMiB} MiB free; this machine takes ${neededMiB}.`,
    });
  }
  if (room.diskFreeMiB < diskStartMiB) {
    faults.push({
      kind: 'disk-start',
      sentence: `${where} has ${room.diskFreeMiB} MiB free for disks; a machine takes ${diskStartMiB} at first.`,
    });
  }
  if (wanted.diskMiB > room.diskFreeMiB * promisesMax) {
    faults.push({
      kind: 'disk-size',
      sentence: `${where} has ${Math.floor(room.diskFreeMiB / 1024)} GiB free for disks.`,
    });
  }
  return faults;
}
