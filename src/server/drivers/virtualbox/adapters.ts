import { AppError } from '@/server/errors/app-error';

import { holds, type Network, overlap, parseNetwork } from './network';
import { type Notes, parseNotes } from './notes';
import { call, type Reading, type VBox } from './vbox';

export interface AdapterSeen {
  readonly name: string;
  /** Null where it has no address yet. */
  readonly network: Network | null;
}

/** VirtualBox's networks as they are, and what the console has noted of them. */
export interface Networks {
  readonly adapters: readonly AdapterSeen[];
  /** Adapters that a DHCP server is for, and whether it is switched on. */
  readonly servers: ReadonlyMap<string, boolean>;
  readonly notes: Notes;
  readonly reading: Reading;
}

const networkPrefix = 'HostInterfaceNetworking-';
export const dhcpNetworkOf = (adapter: string): string => `${networkPrefix}${adapter}`;

/** Blocks of "Key: value" lines, as `list` prints them. */
const blocksOf = (text: string): readonly ReadonlyMap<string, string>[] =>
  text.split(/\n\s*\n/).flatMap((block) => {
    const pairs = [...block.matchAll(/^([^\s:][^:]*):[ \t]*(.*)$/gm)].map(
      ([, key = '', value = '']) => [key, value.trim()] as const,
    );
    return pairs.length === 0 ? [] : [new Map(pairs)];
  });

const prefixOf = (mask: string): number =>
  mask
    .split('.')
    .map((part) => Number(part).toString(2).replaceAll('0', '').length)
    .reduce((sum, bits) => sum + bits, 0);

export const parseAdapters = (text: string): readonly AdapterSeen[] =>
  blocksOf(text).flatMap((block) => {
    const [name, address = '0.0.0.0', mask = '0.0.0.0'] = ['Name', 'IPAddress', 'NetworkMask'].map((key) =>
      block.get(key),
    );
    if (name === undefined) return [];
    const isSet = !['', '0.0.0.0'].includes(address);
    return [{ name, network: isSet ? parseNetwork(`${address}/${prefixOf(mask)}`) : null }];
  });

export const parseServers = (text: string): ReadonlyMap<string, boolean> =>
  new Map(
    blocksOf(text).flatMap((block) => {
      const name = block.get('NetworkName') ?? '';
      return name.startsWith(networkPrefix)
        ? [[name.slice(networkPrefix.length), block.get('Enabled') === 'Yes'] as const]
        : [];
    }),
  );

export async function readNetworks(vbox: VBox): Promise<Networks> {
  const reading = await vbox.look('look at the host-only networks', [
    call('list', 'hostonlyifs'),
    call('list', 'dhcpservers'),
    call('getextradata', 'global', 'enumerate'),
  ]);
  const [adapters = '', servers = '', extra = ''] = reading.outputs;
  return { adapters: parseAdapters(adapters), servers: parseServers(servers), notes: parseNotes(extra), reading };
}

const atField = (message: string) =>
  new AppError({ code: 'input.invalid', public: message, fieldErrors: { 'options.hostOnlyCidr': message } });

/** The adapter that has this network, or null. Throws input.invalid at the field where others are in its way. */
export function findAdapter(
  host: string,
  { adapters }: Pick<Networks, 'adapters'>,
  network: Network,
): AdapterSeen | null {
  const near = adapters.filter((adapter) => adapter.network && overlap(adapter.network, network));
  const same = near.filter((adapter) => adapter.network?.cidr === network.cidr);
  const other = near.find((adapter) => !same.includes(adapter));
  if (other) {
    throw atField(
      `${host} has the host-only adapter ${other.name} with ${other.network?.cidr ?? ''}, which is not ${network.cidr} and overlaps it. Choose that network, or another one.`,
    );
  }
  if (same.length > 1) {
    throw atField(
      `${host} has two host-only adapters with ${network.cidr}: ${same.map(({ name }) => name).join(' and ')}. Remove one of them, or choose another network.`,
    );
  }
  return same[0] ?? null;
}

/**
 * A DHCP server that somebody else has made and switched off is left alone. Throws input.invalid at the field where the machine
 * would need it.
 */
export function assertServerUsable(
  host: string,
  { servers, notes }: Pick<Networks, 'servers' | 'notes'>,
  { adapter, wantsDhcp }: { readonly adapter: string; readonly wantsDhcp: boolean },
): void {
  const isOwn = notes.made.some((made) => made.kind === 'dhcp-server' && made.adapter === adapter);
  if (!wantsDhcp || isOwn || servers.get(adapter) !== false) return;
  const message = `The DHCP server of ${adapter} on ${host} is switched off, and the console has not made it. Switch it on there (VBoxManage dhcpserver modify --interface=${adapter} --enable) or remove it (VBoxManage dhcpserver remove --interface=${adapter}), choose another host-only network, or give no addresses by DHCP.`;
  throw new AppError({ code: 'input.invalid', public: message, fieldErrors: { 'options.hostOnlyDhcp': message } });
}

/** Networks that VirtualBox allows without a configuration, since 6.1.28. Source: VirtualBox manual, "Host-Only Networking". */
const allowedByDefault = ['192.168.56.0/21'];

/** Throws input.invalid at the field where VirtualBox would refuse the network. `config` is /etc/vbox/networks.conf, or null. */
export function assertAllowed(host: string, network: Network, config: string | null): void {
  const lines = (config ?? '').split('\n').filter((line) => line.trim().startsWith('*'));
  const entries = lines.flatMap((line) => line.replace('*', '').trim().split(/\s+/));
  const allowed = config === null ? allowedByDefault : entries.filter((entry) => /^[\d.]+\/\d+$/.test(entry));
  if (allowed.some((entry) => holds(parseNetwork(entry), network))) return;
  const [, , base = '0'] = /^(\d+\.\d+)\.(\d+)/.exec(network.address) ?? [];
  const wide = `${network.address.split('.').slice(0, 2).join('.')}.${base}.0/${network.prefix}`;
  throw atField(
    `VirtualBox on ${host} allows host-only networks in ${allowed.join(', ') || 'no range'} only. Choose one of these, or add the line "* ${network.prefix >= 24 ? wide : network.cidr}" to /etc/vbox/networks.conf there.`,
  );
}
