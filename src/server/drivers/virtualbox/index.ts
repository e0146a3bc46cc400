import { AppError } from '@/server/errors/app-error';

import { diskHead } from '../boot2docker-disk';
import { type CreateContext, defineDriver, type DriverContext, type Observation } from '../driver';
import { account, folderKind, removeFolder, vmKind } from './account';
import { copyDisk, diskOf, ensureFolder, makeDisk } from './disk';
import { docs } from './docs';
import { releaseHostOnly } from './host-only';
import { makeVm } from './make-vm';
import { options, type Options, state, type State } from './options';
import { baseFolderOf, folderOf } from './place';
import { kill, openVBox, ownerOf, pause, save, start, stop } from './power';
import { assertShared, cpusOf, precheck } from './precheck';
import { removeVm } from './remove-vm';
import type { VBox } from './vbox';
import { findVm, stateOf, vmIdOf, vmName } from './vm';

const sshUser = 'docker';
const loopback = '127.0.0.1';

const sshOf = ({ sshPort, keyId }: State) =>
  sshPort === undefined || keyId === undefined ? null : { host: loopback, port: sshPort, user: sshUser, keyId };

const make = async <T>(
  ctx: CreateContext<State>,
  thing: { kind: string; name: string; id: string },
  act: () => Promise<T>,
): Promise<T> => {
  const entry = await ctx.ledger.intend({ kind: thing.kind, name: thing.name });
  const result = await act();
  if (entry.providerId !== thing.id) await ctx.ledger.created(entry.id, thing.id);
  return result;
};

/** Throws input.invalid at its field where the image is no boot2docker ISO. */
const placeIso = async (ctx: CreateContext<State>, vbox: VBox, { imageId }: Options): Promise<string> => {
  const { path, system, format, architecture } = await ctx.placeImage(imageId, vbox.hypervisor);
  if (system === 'boot2docker' && format === 'iso' && architecture === 'amd64') return path;
  const message = 'This image is no boot2docker ISO for amd64. Choose one.';
  throw new AppError({ code: 'input.invalid', public: message, fieldErrors: { 'options.imageId': message } });
};

/** The disk, unless it is complete, with the key that gets in. Out: the key's id. */
const ensureDisk = async (
  ctx: CreateContext<State>,
  vbox: VBox,
  { wanted, hasDisk }: { wanted: Options; hasDisk: boolean },
): Promise<string> => {
  const folder = folderOf(vbox.hypervisor, ownerOf(ctx));
  if (wanted.importVm !== undefined && wanted.importKeyId !== undefined) {
    const source = { name: wanted.importVm, teamId: ctx.team.id };
    if (!hasDisk) await copyDisk(vbox, { from: await diskOf(vbox, source), folder });
    return wanted.importKeyId;
  }
  const key = await ctx.sshKey();
  if (!hasDisk) await makeDisk(vbox, { folder, sizeMiB: wanted.diskMiB, content: await diskHead(key.publicKey) });
  return key.id;
};

const create = async (ctx: CreateContext<State>, wanted: Options): Promise<void> => {
  const vbox = await openVBox(ctx, wanted);
  const owner = ownerOf(ctx);
  const folder = folderOf(vbox.hypervisor, owner);
  const [name, vmId] = [vmName(ctx), vmIdOf(owner)];
  // First: an image that does not fit then leaves nothing behind.
  const isoPath = await placeIso(ctx, vbox, wanted);
  const { hasDisk } = await make(ctx, { kind: folderKind, name: folder, id: folder }, () => ensureFolder(vbox, folder));
  const keyId = await ensureDisk(ctx, vbox, { wanted, hasDisk });
  await ctx.checkpoint({ keyId });
  await assertShared(vbox, wanted);
  await make(ctx, { kind: vmKind, name, id: vmId }, async () => {
    const info = await findVm(vbox, vmId);
    // What runs is whole, and cannot be changed.
    if (info && stateOf(info).state !== 'stopped') return;
    const cpus = await cpusOf(vbox, wanted);
    const blueprint = {
      owner,
      name,
      baseFolder: baseFolderOf(vbox.hypervisor),
      folder,
      isoPath,
      cpus,
      options: wanted,
    };
    await makeVm(vbox, blueprint, info);
  });
  await ctx.checkpoint({ vmId });
  await start(ctx, wanted);
};

const observe = async (ctx: DriverContext, wanted: Options, known: State): Promise<Observation> => {
  const vbox = await openVBox(ctx, wanted);
  const info = await findVm(vbox, vmIdOf(ownerOf(ctx)));
  const ssh = sshOf(known);
  const seen = { address: known.address ?? null, ssh: ssh && { host: ssh.host, port: ssh.port, user: ssh.user } };
  return info ? { ...seen, ...stateOf(info) } : { state: 'absent', address: null, ssh: null };
};

const remove = async (ctx: DriverContext, wanted: Options): Promise<void> => {
  const vbox = await openVBox(ctx, wanted);
  const owner = ownerOf(ctx);
  const gone = async (kind: string) => {
    for (const entry of await ctx.ledger.list()) if (entry.kind === kind) await ctx.ledger.gone(entry.id);
  };
  await removeVm(vbox, ctx, vmIdOf(owner));
  await gone(vmKind);
  await removeFolder(vbox, folderOf(vbox.hypervisor, owner));
  await gone(folderKind);
  await releaseHostOnly(vbox, { owner, ledger: ctx.ledger, say: (text) => ctx.log.info(text) });
  ctx.log.info(`Nothing of the machine is left on ${vbox.hypervisor.name}.`);
};

/**
 * boot2docker machines in VirtualBox on a hypervisor host, by VBoxManage. Source: docker/machine drivers/virtualbox, with its
 * defects mended: every wait has an end, adapters go with the last machine, addresses stay.
 */
export const virtualbox = () =>
  defineDriver({
    label: 'VirtualBox',
    description: 'Makes boot2docker machines in VirtualBox, as docker-machine did.',
    needs:
      'A Linux host with VirtualBox 6.1 or later among the hypervisor hosts, and the boot2docker ISO in the image library.',
    icon: 'hypervisor',
    availability: 'production',
    docs,
    provisioning: 'ssh',
    noGate: 'boot2docker runs from its image and has no HAProxy, so the engine itself checks certificates.',
    noUpgrade: 'The engine of boot2docker is a part of its ISO: make a machine from a newer ISO, and remove this one.',
    options,
    state,
    unsupported: {},
    account,
    target: ({ hypervisorId, enginePort }, known) => ({
      address: known.address ?? null,
      enginePort,
      ssh: sshOf(known),
      via: hypervisorId,
    }),
    precheck,
    create,
    observe,
    start,
    stop,
    restart: async (ctx, wanted) => {
      await stop(ctx, wanted);
      await start(ctx, wanted);
    },
    kill,
    pause,
    save,
    remove,
  });
