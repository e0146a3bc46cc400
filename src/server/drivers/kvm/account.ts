import { posix } from 'node:path';

import { sh } from '@/server/ssh/shell';

import type { ProviderAccount, ProviderContext, ProviderThing, UnwantedThing } from '../driver';
import { metadataUri } from './domain-xml';
import { openVirsh } from './machine-host';
import { domainUuid, machineFiles, teamFolder, type ThingKind } from './names';
import type { Options } from './options';
import { connectionUri, type Virsh } from './virsh';

const removeTimeoutMs = 10 * 60_000;

/** One line for each domain that carries the console's mark: its UUID, its name, the mark. */
const domainsScript = (uri: string) => sh`export LC_ALL=C
list=$(virsh -q -c ${uri} list --all --uuid) || exit 1
for uuid in $list; do
  mark=$(virsh -q -c ${uri} metadata "$uuid" ${metadataUri} 2> /dev/null) || continue
  printf '%s %s %s\n' "$uuid" "$(virsh -q -c ${uri} domname "$uuid" | head -n 1)" "$(echo "$mark" | tr '\n' ' ')"
done`;

const attribute = (mark: string, name: string) => new RegExp(`\\b${name}=['"]([^'"]*)['"]`).exec(mark)?.[1];

async function domains(virsh: Virsh, teamId: string): Promise<readonly ProviderThing[]> {
  // Asked for first, because an error within the script would not tell libvirt's silence from an empty host.
  await virsh.must({ name: 'ask libvirt', args: ['version'] });
  const { stdout } = await virsh.script('list the virtual machines', domainsScript(virsh.uri));
  return stdout.split('\n').flatMap((line) => {
    const [uuid = '', name = '', ...mark] = line.split(' ');
    const machineId = attribute(mark.join(' '), 'id');
    if (attribute(mark.join(' '), 'team') !== teamId || machineId === undefined) return [];
    return [{ kind: 'domain', name, providerId: uuid, machineId, description: 'virtual machine' }];
  });
}

const fileKinds: Readonly<Record<string, ThingKind>> = { 'disk.qcow2': 'disk', 'seed.iso': 'seed' };

async function files(virsh: Virsh, teamId: string): Promise<readonly ProviderThing[]> {
  const folder = teamFolder(virsh.hypervisor.folder, teamId);
  const { stdout } = await virsh.script(
    'list the files of machines',
    sh`[ -d ${folder} ] || exit 0
cd ${folder}; for file in */disk.qcow2 */seed.iso; do [ ! -f "$file" ] || echo "$(wc -c < "$file") $file"; done`,
  );
  return stdout.split('\n').flatMap((line) => {
    const [size = '', path = ''] = line.trim().split(' ');
    const kind = fileKinds[posix.basename(path)];
    if (kind === undefined) return [];
    const machineId = posix.dirname(path);
    return [
      {
        kind,
        name: `${machineId}/${kind}`,
        providerId: posix.join(folder, path),
        machineId,
        description: `${Math.ceil(Number(size) / 1024 ** 2)} MiB`,
      },
    ];
  });
}

/** Takes a domain away with all that libvirt keeps of it, running or not. Idempotent. */
export async function removeDomain(virsh: Virsh, uuid: string): Promise<boolean> {
  const info = await virsh.info(uuid);
  if (!info) return false;
  if (info.state !== 'shut off') {
    try {
      await virsh.call({ name: 'switch the virtual machine off', args: ['destroy', uuid] });
    } catch (error) {
      // Allowed: it has switched itself off meanwhile.
      const now = await virsh.info(uuid);
      if (now && now.state !== 'shut off') throw error;
    }
  }
  await virsh.call({
    name: 'remove the virtual machine',
    args: ['undefine', uuid, '--managed-save', '--snapshots-metadata', '--nvram'],
    timeoutMs: removeTimeoutMs,
  });
  return true;
}

/** Removes one file of a machine, and its folder with the console's log once nothing else is in it. Idempotent. */
export async function removeFile(virsh: Virsh, path: string): Promise<void> {
  const folder = posix.dirname(path);
  await virsh.script(
    'remove a file of the machine',
    sh`set -eu
rm -f -- ${path} ${`${path}.part`} ${`${path}.raw`}
cd ${folder} 2> /dev/null || exit 0
[ ! -e disk.qcow2 ] && [ ! -e seed.iso ] || exit 0
rm -f -- console.log console.log.*
cd /
rmdir -- ${folder} ${posix.dirname(folder)} 2> /dev/null || :`,
    { timeoutMs: removeTimeoutMs },
  );
}

function discardOf(ctx: ProviderContext, virsh: Virsh, thing: UnwantedThing): Promise<unknown> {
  const { kind, providerId, machineId } = thing;
  if (kind === 'domain') {
    const uuid = machineId === null ? providerId : domainUuid(ctx.team.id, machineId);
    return uuid === null ? Promise.resolve() : removeDomain(virsh, uuid);
  }
  // A path that the provider is said to have is never taken at its word: only what lies in a machine's folder is removed.
  const owner = machineId ?? posix.dirname(thing.name);
  const known = machineFiles(virsh.hypervisor.folder, ctx.team.id, owner);
  return removeFile(virsh, kind === 'disk' ? known.disk : known.seed);
}

/** What lives on a hypervisor host for a team: domains by their mark, files by their folder. */
export const account: ProviderAccount<Options> = {
  key: ({ hypervisorId, connection }) => `${hypervisorId} ${connectionUri(connection)}`,
  inventory: async (ctx, options, machineId) => {
    const virsh = await openVirsh(ctx, options);
    const things = [...(await domains(virsh, ctx.team.id)), ...(await files(virsh, ctx.team.id))];
    return things.filter((thing) => machineId === null || thing.machineId === machineId);
  },
  discard: async (ctx, options, thing) => {
    await discardOf(ctx, await openVirsh(ctx, options), thing);
  },
};
