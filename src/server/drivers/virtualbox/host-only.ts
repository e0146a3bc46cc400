import { AppError, invariant } from '@/server/errors/app-error';
import { sh } from '@/server/ssh/shell';

import type { ResourceLedger } from '../ledger';
import { findUnfinished, otherUser, sayUnclear } from './adapter-users';
import {
  type AdapterSeen,
  assertServerUsable,
  dhcpNetworkOf,
  findAdapter,
  type Networks,
  readNetworks,
} from './adapters';
import { isNotFound } from './explain';
import { type Network, planAddresses } from './network';
import {
  type Adapter,
  forgetMade,
  forgetPending,
  forgetUse,
  isOf,
  type Made,
  noteMade,
  notePending,
  noteUse,
  pendingKey,
  type SharedKind,
  sharedKinds,
} from './notes';
import { type Call, call, type VBox } from './vbox';
import { listVms, macOf, type Owner, type VmInfo, withColons } from './vm';

/** Source: VBoxManageDHCPServer.cpp, dhcpdFindServer. */
const noServer = /Failed to (find DHCP server|locate host-only interface)/;

/** How an adapter and its DHCP server are named in the ledger. */
const ledgerName = ({ cidr }: Pick<Made, 'cidr'>) => cidr;
export const providerIdOf = ({ kind, adapter }: Pick<Made, 'kind' | 'adapter'>): string =>
  kind === 'host-only-adapter' ? adapter : dhcpNetworkOf(adapter);

/** The ledger has everything that is noted as made for the machine, and nothing of these kinds beside it. */
async function settleLedger(ledger: ResourceLedger, made: readonly Made[]): Promise<void> {
  for (const one of made) {
    const entry = await ledger.intend({ kind: one.kind, name: ledgerName(one) });
    if (entry.providerId !== providerIdOf(one)) await ledger.created(entry.id, providerIdOf(one));
  }
  for (const entry of await ledger.list()) {
    if (!sharedKinds.some((kind) => kind === entry.kind)) continue;
    if (!made.some((one) => one.kind === entry.kind && ledgerName(one) === entry.name)) await ledger.gone(entry.id);
  }
}

const serverCalls = (adapter: Adapter, network: Network): readonly Call[] => {
  const { server, lower, upper } = planAddresses(network);
  const interfaceOption = typeof adapter === 'string' ? `--interface=${adapter}` : sh`--interface=${adapter}`;
  return [
    // A server of an adapter that was removed without it keeps the name.
    { args: ['dhcpserver', 'remove', interfaceOption], allows: noServer },
    call(
      'dhcpserver',
      'add',
      interfaceOption,
      `--server-ip=${server}`,
      `--netmask=${network.mask}`,
      `--lower-ip=${lower}`,
      `--upper-ip=${upper}`,
      '--enable',
    ),
  ];
};

const adapterVariable = sh`"$adapter"`;
const isCreation = ({ args }: Call): boolean => args[0] === 'hostonlyif' && args[1] === 'create';

/** The note comes first. Where VirtualBox makes no adapter it goes again, so that nothing that others make later counts as the machine's. */
const createAdapter = (owner: Owner, before: readonly string[]): readonly Call[] => [
  {
    ...notePending({ ...owner, before }),
    learns: sh`adapter_names() { "$VBOX" list hostonlyifs 2>/dev/null 9>&- | sed -n 's/^Name: *//p' | sort; }
before=$(adapter_names)`,
  },
  {
    args: ['hostonlyif', 'create'],
    learns: sh`adapter=$(said | sed -n "s/.*Interface '\\([^']*\\)' was.*/\\1/p")
[ -n "$adapter" ] || exit 0`,
    fails: sh`[ "$(adapter_names)" != "$before" ] || "$VBOX" setextradata global ${pendingKey(owner)} > /dev/null 2>&1 9>&- || :`,
  },
];

const createdName = (said: string): string => {
  const [, name] = /Interface '([^']*)' was/.exec(said) ?? [];
  invariant(name, `hostonlyif create names no adapter: ${said}`);
  return name;
};

export interface HostOnlyInput {
  readonly owner: Owner;
  readonly network: Network;
  readonly wantsDhcp: boolean;
  readonly ledger: ResourceLedger;
  readonly say: (text: string) => void;
}

const removeCalls = ({ kind, adapter }: Pick<Made, 'kind' | 'adapter'>): Call =>
  kind === 'dhcp-server'
    ? { args: ['dhcpserver', 'remove', `--network=${dhcpNetworkOf(adapter)}`], allows: noServer }
    : { args: ['hostonlyif', 'remove', adapter], allows: isNotFound };

const removeBoth = (adapter: string): readonly Call[] =>
  sharedKinds.toReversed().map((kind) => removeCalls({ kind, adapter }));

interface Plan {
  readonly adapter: Adapter;
  readonly makes: readonly SharedKind[];
  readonly calls: readonly Call[];
}

const ipconfig = (adapter: Adapter, { address, mask }: Network): Call =>
  call('hostonlyif', 'ipconfig', adapter, '--ip', address, '--netmask', mask);

/** What has to be done so that the machine has an adapter with this network. Pure but for its refusals. */
function planHostOnly(
  host: string,
  seen: Networks & { readonly unfinished: AdapterSeen | null },
  { owner, network, wantsDhcp }: HostOnlyInput,
): Plan {
  const { adapters, servers, notes, unfinished } = seen;
  const found = findAdapter(host, { adapters: adapters.filter((one) => one !== unfinished) }, network);
  const pending = notes.pending.find(isOf(owner));
  const uses = (adapter: Adapter) =>
    notes.uses.some((use) => isOf(owner)(use) && use.adapter === adapter) ? [] : [noteUse(owner, adapter)];
  const note = (kind: SharedKind, adapter: Adapter) => noteMade({ ...owner, kind, adapter, cidr: network.cidr });
  const server = (adapter: Adapter) =>
    wantsDhcp ? [...serverCalls(adapter, network), note('dhcp-server', adapter)] : [];
  const makesBoth: readonly SharedKind[] = wantsDhcp ? sharedKinds : ['host-only-adapter'];

  if (unfinished && !found) {
    const { name } = unfinished;
    const calls = [
      ipconfig(name, network),
      ...server(name),
      note('host-only-adapter', name),
      ...uses(name),
      forgetPending(owner),
    ];
    return { adapter: name, makes: makesBoth, calls };
  }
  if (found) {
    const { name } = found;
    assertServerUsable(host, seen, { adapter: name, wantsDhcp });
    const hasServer = !wantsDhcp || servers.get(name) === true;
    const calls = [
      ...(unfinished ? removeBoth(unfinished.name) : []),
      ...(hasServer ? [] : server(name)),
      ...uses(name),
      ...(pending ? [forgetPending(owner)] : []),
    ];
    return { adapter: name, makes: hasServer ? [] : ['dhcp-server'], calls };
  }
  const adapter = adapterVariable;
  const calls = [
    ...createAdapter(
      owner,
      adapters.map(({ name }) => name),
    ),
    ipconfig(adapter, network),
    ...server(adapter),
    note('host-only-adapter', adapter),
    noteUse(owner, adapter),
    forgetPending(owner),
  ];
  return { adapter, makes: makesBoth, calls };
}

const tries = 5;

const contended = (host: string) =>
  new AppError({
    code: 'driver.failed',
    public: `The host-only networks of ${host} change all the time: other programs work on them. Try again.`,
  });

/** Asked for only where a creation has broken off. */
const vmsBeside = (vbox: VBox, { notes }: Networks, owner: Owner): Promise<readonly VmInfo[]> =>
  notes.pending.some(isOf(owner)) ? listVms(vbox) : Promise.resolve([]);

export interface HostOnly {
  readonly adapter: string;
  /** Whether its DHCP server is the console's, so that a machine can have an address of its own. */
  readonly hasOwnServer: boolean;
}

/**
 * Gives the machine an adapter with its network: the one that is there, or a new one with a DHCP server. Whatever is made is in
 * the ledger before. Idempotent, also after a crash in the middle. Throws input.invalid at the field of the network.
 */
export async function ensureHostOnly(vbox: VBox, input: HostOnlyInput): Promise<HostOnly> {
  const { ledger, network, owner, say } = input;
  for (let turn = 1; turn <= tries; turn += 1) {
    const seen = await readNetworks(vbox);
    const { own, unclear } = findUnfinished(seen, await vmsBeside(vbox, seen, owner), owner);
    const plan = planHostOnly(vbox.hypervisor.name, { ...seen, unfinished: own }, input);
    const { calls, makes, adapter: planned } = plan;
    for (const kind of makes) await ledger.intend({ kind, name: network.cidr });
    const outputs =
      calls.length === 0
        ? []
        : await vbox.change({ name: 'set up the host-only network', calls, unlessChanged: seen.reading });
    if (!outputs) continue;
    const adapter = typeof planned === 'string' ? planned : createdName(outputs[calls.findIndex(isCreation)] ?? '');
    if (unclear.length > 0) say(sayUnclear(unclear));
    const made = [
      ...seen.notes.made.filter((one) => !(one.adapter === adapter && makes.includes(one.kind))),
      ...makes.map((kind) => ({ ...owner, kind, adapter, cidr: network.cidr })),
    ];
    await settleLedger(ledger, made.filter(isOf(owner)));
    return { adapter, hasOwnServer: made.some((one) => one.kind === 'dhcp-server' && one.adapter === adapter) };
  }
  throw contended(vbox.hypervisor.name);
}

/** The address of a machine that is gone is given to others again. */
const freeAddress = (adapter: string, mac: string): Call => ({
  args: ['dhcpserver', 'modify', `--interface=${adapter}`, `--mac-address=${withColons(mac)}`, '--remove-config'],
  allows: noServer,
});

/** Servers go before the adapters that they are for. */
const lastMadeFirst = (one: Made, other: Made) => sharedKinds.indexOf(other.kind) - sharedKinds.indexOf(one.kind);

/**
 * The machine, whose virtual machine is gone, needs no adapter any more. What was made for it and nobody else uses is removed; what other
 * machines use is handed over to one of them, or left where they are none of a console. Idempotent.
 */
export async function releaseHostOnly(
  vbox: VBox,
  { owner, ledger, say }: { owner: Owner; ledger: ResourceLedger; say: (text: string) => void },
): Promise<void> {
  for (let turn = 1; turn <= tries; turn += 1) {
    const [seen, vms] = [await readNetworks(vbox), await listVms(vbox)];
    const { notes } = seen;
    const calls: Call[] = [];
    const told: string[] = [];
    for (const made of notes.made.filter(isOf(owner)).toSorted(lastMadeFirst)) {
      const user = otherUser(seen, vms, { adapter: made.adapter, owner });
      if (user === null) calls.push(removeCalls(made), forgetMade(made));
      else if (typeof user === 'string') {
        calls.push(forgetMade(made));
        told.push(`The ${made.kind} of ${made.adapter} stays: the virtual machine ${user} uses it.`);
      } else {
        calls.push(noteMade({ ...made, teamId: user.teamId, machineId: user.machineId }));
        told.push(`The ${made.kind} of ${made.adapter} stays: another machine uses it.`);
      }
    }
    const pending = notes.pending.find(isOf(owner));
    const { own, unclear } = findUnfinished(seen, vms, owner);
    if (own) calls.push(...removeBoth(own.name));
    if (unclear.length > 0) told.push(sayUnclear(unclear));
    if (pending) calls.push(forgetPending(owner));
    const use = notes.uses.find(isOf(owner));
    if (use) {
      const removed = calls.some(({ args }) => args.includes(`--network=${dhcpNetworkOf(use.adapter)}`));
      const hasOwnServer = notes.made.some((made) => made.kind === 'dhcp-server' && made.adapter === use.adapter);
      if (hasOwnServer && !removed) calls.push(freeAddress(use.adapter, macOf(owner)));
      calls.push(forgetUse(owner));
    }
    if (calls.length === 0) return settleLedger(ledger, []);
    if (await vbox.change({ name: 'give back the host-only network', calls, unlessChanged: seen.reading })) {
      told.forEach(say);
      return settleLedger(ledger, []);
    }
  }
  throw contended(vbox.hypervisor.name);
}

/** Removes an adapter or a DHCP server that the console has made, unless somebody uses it. Idempotent. */
export async function discardShared(vbox: VBox, made: Made): Promise<void> {
  const [seen, vms] = [await readNetworks(vbox), await listVms(vbox)];
  const user = otherUser(seen, vms, { adapter: made.adapter, owner: made });
  if (user !== null) {
    throw new AppError({
      code: 'driver.failed',
      public: `${made.adapter} is used by ${typeof user === 'string' ? `the virtual machine ${user}` : 'another machine'}. Remove that first.`,
    });
  }
  await vbox.change({ name: `remove the ${made.kind}`, calls: [removeCalls(made), forgetMade(made)] });
}
