import { createHash } from 'node:crypto';
import { posix } from 'node:path';

import { AppError } from '@/server/errors/app-error';
import type { Hypervisor } from '@/server/hypervisors/hypervisor';
import { type ShellScript, sh } from '@/server/ssh/shell';

import type { VBox } from './vbox';
import { groupOf, type Owner } from './vm';

export const baseFolderOf = ({ folder }: Pick<Hypervisor, 'folder'>): string => posix.join(folder, 'virtualbox');

/** Where everything of a machine is on the hypervisor host. */
export const folderOf = (hypervisor: Pick<Hypervisor, 'folder'>, owner: Owner): string =>
  baseFolderOf(hypervisor) + groupOf(owner);

/** The folders of a team's machines, by machine. */
export async function listFolders(vbox: VBox, teamId: string): Promise<ReadonlyMap<string, string>> {
  const parent = posix.dirname(folderOf(vbox.hypervisor, { teamId, machineId: 'any' }));
  const names = await vbox.shell('list the folders of machines', sh`ls ${parent} 2>/dev/null || :`);
  return new Map(
    names
      .split('\n')
      .filter(Boolean)
      .map((name) => [name, posix.join(parent, name)] as const),
  );
}

interface Claim {
  readonly owner: Owner;
  /** Name of the file in the machine's folder that says what it has. */
  readonly file: 'address' | 'ssh-port';
  /** In the order in which they are taken. */
  readonly candidates: readonly (string | number)[];
  /** Shell that fails for a candidate, in $one, that somebody else uses at the moment. */
  readonly isFree?: ShellScript;
}

/** Keeps what the machine has, where it can be used still, or takes the first that no other machine has. Null where none is left. */
async function claim(vbox: VBox, { owner, file, candidates, isFree = sh`:` }: Claim): Promise<string | null> {
  const folder = folderOf(vbox.hypervisor, owner);
  const stdout = await vbox.locked({
    name: `choose ${file === 'address' ? 'an address' : 'a port'}`,
    script: sh`own=${posix.join(folder, file)}
is_free() { ${isFree}; }
had=$(cat "$own" 2>/dev/null || :)
for one in $had ${candidates}; do
  case ${` ${candidates.join(' ')} `} in *" $one "*) ;; *) continue ;; esac
  [ "$one" = "$had" ] || ! cat ${baseFolderOf(vbox.hypervisor)}/quaymaster/*/*/${file} 2>/dev/null | grep -qx "$one" || continue
  is_free || continue
  printf '%s\\n' "$one" > "$own"
  printf '%s\\n' "$one"
  break
done`,
  });
  return stdout.trim() || null;
}

/** An address of the machine's own among `candidates`; the same at each call. */
export async function claimAddress(vbox: VBox, owner: Owner, candidates: readonly string[]): Promise<string> {
  const address = await claim(vbox, { owner, file: 'address', candidates });
  if (address !== null) return address;
  const message = `The host-only network of ${vbox.hypervisor.name} has no address left for another machine. Choose a larger network, or another one.`;
  throw new AppError({ code: 'input.invalid', public: message, fieldErrors: { 'options.hostOnlyCidr': message } });
}

/** Below the ports that Linux gives to connections that go out. */
const [firstPort, ports, portTries] = [20_000, 10_000, 200];

/** A process listens on it, on whatever address. Source: proc(5), /proc/net/tcp. */
const isFree = sh`! cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v port="$(printf ':%04X' "$one")" '$4 == "0A" && substr($2, length($2) - 4) == port { found = 1 } END { exit !found }'`;

/** A TCP port of the hypervisor host that is free now; the one that the machine had before, where that can be. */
export async function claimPort(vbox: VBox, owner: Owner): Promise<number> {
  const start = createHash('sha256').update(owner.machineId).digest().readUInt16BE(0);
  const candidates = Array.from({ length: portTries }, (_, index) => firstPort + ((start + index) % ports));
  const port = await claim(vbox, { owner, file: 'ssh-port', candidates, isFree });
  if (port !== null) return Number(port);
  throw new AppError({
    code: 'driver.failed',
    public: `${vbox.hypervisor.name} has no free port between ${firstPort} and ${firstPort + ports} for the machine's SSH.`,
  });
}
