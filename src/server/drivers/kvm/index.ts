import type { ImageSystem } from '@/lib/image';

import { type ChangeContext, type CreateContext, defineDriver, type DriverContext, type Observation } from '../driver';
import { account, removeDomain, removeFile } from './account';
import { waitUntilBooted } from './boot';
import { networkChoices } from './choices';
import { docs } from './docs';
import { defineDomain, isAccelerated } from './domain';
import { assertImageFits, ensureDisk, ensureSeed } from './ensure-files';
import { findAddresses } from './find-addresses';
import { readHostFacts, readNetworks } from './host-facts';
import { type MachineHost, openMachine } from './machine-host';
import { type Options, options, type State, state } from './options';
import { assertUnpromised, choosePort, keepPorts, readPorts } from './ports';
import { cutPower, observedState, powerOn, saveMemory, shutDown, suspend, whyIsIt } from './power';
import { assertFits } from './precheck';

const sshPort = 22;

const lastMadeFirst = ['domain', 'seed', 'disk'] as const;

/** As the vendors' own images call them; other systems get `cloud`. */
const usersOf: Readonly<Partial<Record<ImageSystem, string>>> = { debian: 'debian', ubuntu: 'ubuntu' };

async function create(ctx: CreateContext<State>, wanted: Options, known: State): Promise<void> {
  const host = await openMachine(ctx, wanted);
  const { virsh, files, uuid } = host;
  const image = await ctx.placeImage(wanted.imageId, virsh.hypervisor);
  await assertImageFits(host, image, wanted);
  const ports = wanted.networkKind === 'user' ? await readPorts(host) : null;
  if (ports) assertUnpromised(ports, wanted.enginePort, virsh.hypervisor.name);
  const key = await ctx.sshKey();
  const isBoot2docker = image.system === 'boot2docker';
  const user = isBoot2docker ? 'docker' : (wanted.sshUser ?? usersOf[image.system] ?? 'cloud');
  await ctx.checkpoint({ sshKeyId: key.id, sshUser: user });

  await ensureDisk(ctx, host, { image, key, diskGiB: wanted.diskGiB });
  if (!isBoot2docker) await ensureSeed(ctx, host, { user, publicKey: key.publicKey });

  const facts = await readHostFacts(virsh);
  const accelerated = isAccelerated(wanted, facts);
  if (!accelerated) ctx.log.info('Warning: the machine is emulated, without KVM. Everything in it takes longer.');
  let port = sshPort;
  if (ports) {
    port = await choosePort(host, ports, { known: known.sshPort, enginePort: wanted.enginePort });
    await ctx.checkpoint({ sshPort: port });
  }
  const begin = async () => {
    const before = await virsh.info(uuid);
    if (!before || observedState(before) !== 'running') {
      await defineDomain(ctx, host, { options: wanted, image, isAccelerated: accelerated, sshPort: port });
    }
    await powerOn(host);
    ctx.log.info(`The machine boots; its console is ${files.console} on ${virsh.hypervisor.name}.`);
  };
  const address = await waitUntilBooted(ctx, host, { networkKind: wanted.networkKind, sshPort: port, begin });
  await ctx.checkpoint({ address });
}

/** Lets it run, and learns where it is now. */
async function start(ctx: ChangeContext<State>, wanted: Options, known: State): Promise<void> {
  const host = await openMachine(ctx, wanted);
  const { networkKind } = wanted;
  const port = networkKind === 'user' ? await keepPorts(host, wanted) : sshPort;
  if (port !== (known.sshPort ?? sshPort)) {
    await ctx.checkpoint({ sshPort: port });
    ctx.log.info(`Its former port was taken meanwhile: SSH is at port ${port} of ${host.virsh.hypervisor.name} now.`);
  }
  const begin = () => powerOn(host);
  const address = await waitUntilBooted(ctx, host, { networkKind, sshPort: port, begin });
  await ctx.checkpoint({ address });
}

async function stop(ctx: ChangeContext<State>, wanted: Options): Promise<void> {
  await shutDown(ctx, await openMachine(ctx, wanted));
}

/** Its address may have changed without us; a lease that ran out says nothing about where it is. */
async function whereItIs(host: MachineHost, { networkKind }: Options, known: State): Promise<State> {
  const addresses = await findAddresses(host, networkKind);
  const [address] = addresses;
  if (known.address === undefined || address === undefined || addresses.includes(known.address)) return known;
  return { ...known, address };
}

async function observe(ctx: DriverContext, wanted: Options, known: State): Promise<Observation> {
  const host = await openMachine(ctx, wanted);
  const info = await host.virsh.info(host.uuid);
  if (!info) return { state: 'absent', address: null, ssh: null };
  const state = observedState(info);
  const reason = await whyIsIt(host, info);
  const { address = null, sshUser } = state === 'running' ? await whereItIs(host, wanted, known) : known;
  return {
    state,
    address,
    ...(address !== null && address !== known.address && { learnt: { address } }),
    ssh: address && sshUser ? { host: address, port: known.sshPort ?? sshPort, user: sshUser } : null,
    ...(reason !== null && { reason }),
  };
}

async function remove(ctx: DriverContext, wanted: Options): Promise<void> {
  const { virsh, uuid, files } = await openMachine(ctx, wanted);
  if (await removeDomain(virsh, uuid)) ctx.log.info('Removed the virtual machine.');
  for (const kind of lastMadeFirst) {
    if (kind !== 'domain') await removeFile(virsh, files[kind]);
    for (const entry of await ctx.ledger.list()) if (entry.kind === kind) await ctx.ledger.gone(entry.id);
  }
  ctx.log.info('Removed its disk and what goes with it.');
}

/**
 * Virtual machines of libvirt and QEMU on a hypervisor host, made by its own commands: a disk on top of a cached cloud image, a
 * seed for cloud-init, a domain. Each is found again by the machine's id alone, so that any call may be repeated.
 */
export const kvm = () =>
  defineDriver({
    label: 'KVM',
    description: 'Makes a virtual machine with libvirt and QEMU on a Linux host of yours.',
    needs:
      'An x86-64 Linux host with libvirt and QEMU among the hypervisor hosts, and a cloud image in the image library.',
    icon: 'hypervisor',
    availability: 'production',
    docs,
    provisioning: 'ssh',
    options,
    choices: { networkName: networkChoices },
    state,
    unsupported: {},
    account,

    target: ({ hypervisorId, networkKind, enginePort }, { address = null, sshKeyId, sshUser, sshPort: port }) => ({
      address,
      enginePort,
      ssh:
        address !== null && sshKeyId !== undefined && sshUser !== undefined
          ? { host: address, port: port ?? sshPort, user: sshUser, keyId: sshKeyId }
          : null,
      // On a bridge it is a neighbour of its hypervisor host, for everybody.
      ...(networkKind !== 'bridge' && { via: hypervisorId }),
    }),

    swarmFaults: ({ networkKind }) =>
      networkKind === 'user'
        ? { networkKind: 'In user mode no other node reaches the machine. Choose a network or a bridge.' }
        : {},

    precheck: async (ctx, wanted) => {
      const host = await openMachine(ctx, wanted);
      const { virsh, uuid } = host;
      const known = await virsh.info(uuid);
      // What is in use on the host is then in use by the machine itself.
      if (known) return;
      await virsh.must({ name: 'ask libvirt', args: ['version'] });
      const facts = { ...(await readHostFacts(virsh)), networks: await readNetworks(virsh) };
      const ports = wanted.networkKind === 'user' && facts.missing.length === 0 ? await readPorts(host) : null;
      assertFits({ ...facts, ports }, wanted, virsh.hypervisor.name);
    },

    create,
    observe,
    start,
    stop,
    restart: async (ctx, wanted, known) => {
      await stop(ctx, wanted);
      await start(ctx, wanted, known);
    },
    kill: async (ctx, wanted) => cutPower(await openMachine(ctx, wanted)),
    pause: async (ctx, wanted) => suspend(await openMachine(ctx, wanted)),
    save: async (ctx, wanted) => saveMemory(await openMachine(ctx, wanted)),
    remove,
  });
