import { posix } from 'node:path';

import { AppError } from '@/server/errors/app-error';
import { sh } from '@/server/ssh/shell';

import type { ProviderAccount, ProviderContext, ProviderThing, UnwantedThing } from '../driver';
import { readNetworks } from './adapters';
import { discardShared, providerIdOf } from './host-only';
import { type Made, sharedKinds } from './notes';
import type { Options } from './options';
import { folderOf, listFolders } from './place';
import { openVBox } from './power';
import { removeVm } from './remove-vm';
import type { VBox } from './vbox';
import { listVms, ownerOfGroup, stateOf, type VmInfo } from './vm';

/** In the words of the ledger, beside those of host-only.ts. */
export const vmKind = 'virtual-machine';
export const folderKind = 'folder';

const isWanted = (machineId: string | null) => (owner: { machineId: string }) =>
  machineId === null || owner.machineId === machineId;

const vmThings = (vms: readonly VmInfo[], teamId: string): (ProviderThing & { machineId: string })[] =>
  vms.flatMap((info) => {
    const owner = ownerOfGroup(info.get('groups') ?? '');
    if (owner?.teamId !== teamId) return [];
    const description = `${stateOf(info).state}, ${info.get('cpus') ?? '?'} CPUs, ${info.get('memory') ?? '?'} MiB`;
    const [name = '', providerId = ''] = [info.get('name'), info.get('UUID')];
    return [{ kind: vmKind, name, providerId, machineId: owner.machineId, description }];
  });

const madeThing = (made: Made) => ({
  kind: made.kind,
  name: made.cidr,
  providerId: providerIdOf(made),
  machineId: made.machineId,
});

const folderThing = (machineId: string, path: string) => ({
  kind: folderKind,
  name: path,
  providerId: path,
  machineId,
});

/** Everything on the hypervisor host that is marked as the team's. */
async function inventory(
  ctx: ProviderContext,
  options: Options,
  machineId: string | null,
): Promise<readonly ProviderThing[]> {
  const vbox = await openVBox(ctx, options);
  const { notes } = await readNetworks(vbox);
  const made = notes.made
    .filter(({ teamId }) => teamId === ctx.team.id)
    .toSorted((one, other) => sharedKinds.indexOf(one.kind) - sharedKinds.indexOf(other.kind))
    .map(madeThing);
  const folders = [...(await listFolders(vbox, ctx.team.id))].map(([machine, path]) => folderThing(machine, path));
  const vms = vmThings(await listVms(vbox), ctx.team.id);
  return [...made, ...folders, ...vms].filter(isWanted(machineId));
}

export async function removeFolder(vbox: VBox, path: string): Promise<void> {
  await vbox.shell(
    'remove the folder of the machine',
    sh`rm -rf --one-file-system ${path}
rmdir ${posix.dirname(path)} 2>/dev/null || :`,
  );
}

async function discard(ctx: ProviderContext, options: Options, thing: UnwantedThing): Promise<void> {
  const vbox = await openVBox(ctx, options);
  const matches = (known: ProviderThing) =>
    known.kind === thing.kind &&
    (thing.providerId === null ? known.name === thing.name : known.providerId === thing.providerId);
  const found = (await inventory(ctx, options, thing.machineId)).find(matches);
  if (!found) return;
  if (found.kind === vmKind) return removeVm(vbox, ctx, found.providerId);
  if (found.kind === folderKind) {
    const vms = vmThings(await listVms(vbox), ctx.team.id);
    const path = found.providerId;
    const user = vms.find(({ machineId }) => folderOf(vbox.hypervisor, { teamId: ctx.team.id, machineId }) === path);
    if (user) {
      throw new AppError({
        code: 'driver.failed',
        public: `The virtual machine ${user.name} is in this folder. Remove that first.`,
      });
    }
    return removeFolder(vbox, path);
  }
  const made = (await readNetworks(vbox)).notes.made.find(
    (one) => one.kind === found.kind && providerIdOf(one) === found.providerId,
  );
  if (made) await discardShared(vbox, made);
}

export const account: ProviderAccount<Options> = {
  key: ({ hypervisorId }) => hypervisorId,
  inventory,
  discard,
};
