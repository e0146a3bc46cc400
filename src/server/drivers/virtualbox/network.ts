import { invariant } from '@/server/errors/app-error';

/** The hypervisor host's place in an IPv4 network. */
export interface Network {
  /** "192.168.59.1". */
  readonly address: string;
  readonly prefix: number;
  /** "255.255.255.0". */
  readonly mask: string;
  /** As it was entered: "192.168.59.1/24". */
  readonly cidr: string;
}

const toNumber = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number.parseInt(part, 10), 0);

const toText = (number: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');

const sizeOf = ({ prefix }: Pick<Network, 'prefix'>) => 2 ** (32 - prefix);

const baseOf = (network: Pick<Network, 'address' | 'prefix'>) => {
  const number = toNumber(network.address);
  return number - (number % sizeOf(network));
};

const pattern = /^(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})\/(\d{1,2})$/;

const split = (text: string) => {
  const [, address = '', bits = ''] = pattern.exec(text) ?? [];
  const isAddress = address !== '' && address.split('.').every((part) => Number(part) <= 255);
  return isAddress ? { address, prefix: Number(bits) } : null;
};

/** What a machine has beside the host-only network. Source: VirtualBox manual, "NAT limitations"; dockerd's default-address-pools. */
const insideMachines = [
  { cidr: '10.0.2.0/24', what: "which is VirtualBox's way to the outside (NAT)" },
  { cidr: '172.17.0.0/16', what: "which is Docker's bridge" },
] as const;

/** Why a text is no network that machines can live in; undefined where it is one. Pure. */
export function networkMistake(text: string): string | undefined {
  const parts = split(text);
  if (!parts) return 'Must be an IPv4 address and the length of its network, such as 192.168.59.1/24.';
  if (parts.prefix < 16 || parts.prefix > 29) return 'The network has to be from /16 to /29.';
  const [number, base, size] = [toNumber(parts.address), baseOf(parts), sizeOf(parts)];
  if (number === base) return `${parts.address} is the network itself. Give the hypervisor host's own address in it.`;
  if (number === base + size - 1) {
    return `${parts.address} is the broadcast address. Give the hypervisor host's own address in the network.`;
  }
  const other = insideMachines.find(({ cidr }) => overlap(parseNetwork(cidr), parts));
  if (!other) return undefined;
  return `It overlaps ${other.cidr}, ${other.what} inside of each machine. Choose another network, such as 192.168.59.1/24.`;
}

/** Of a text that networkMistake finds nothing wrong with, or of any address with a prefix. */
export function parseNetwork(cidr: string): Network {
  const parts = split(cidr);
  invariant(parts && parts.prefix <= 32, `${cidr} is no network`);
  return { ...parts, cidr, mask: toText(2 ** 32 - sizeOf(parts)) };
}

export const isIn = (network: Pick<Network, 'address' | 'prefix'>, address: string): boolean =>
  baseOf(network) === baseOf({ address, prefix: network.prefix });

/** Whether the larger of the two holds the other. */
export const overlap = (
  one: Pick<Network, 'address' | 'prefix'>,
  other: Pick<Network, 'address' | 'prefix'>,
): boolean => isIn({ ...one, prefix: Math.min(one.prefix, other.prefix) }, other.address);

/** Whether all of `inner` is in `outer`. */
export const holds = (
  outer: Pick<Network, 'address' | 'prefix'>,
  inner: Pick<Network, 'address' | 'prefix'>,
): boolean => outer.prefix <= inner.prefix && isIn(outer, inner.address);

export interface AddressPlan {
  /** The DHCP server's own. */
  readonly server: string;
  /** What the server gives to anybody. */
  readonly lower: string;
  readonly upper: string;
  /** What is given to one machine each, and stays. In order. */
  readonly fixed: readonly string[];
}

/**
 * How the addresses of a network are shared out, leaving out the hypervisor host's own: the first to the DHCP server, the
 * lower half of the others to machines of the console, and the upper half to anybody. VirtualBox wants the latter, though
 * the console gives every machine one of its own.
 */
export function planAddresses(network: Network): AddressPlan {
  const [base, size, own] = [baseOf(network), Math.min(sizeOf(network), 1024), toNumber(network.address)];
  const free = Array.from({ length: size - 2 }, (_, index) => base + 1 + index).filter((number) => number !== own);
  const [server = own, ...others] = free;
  const middle = Math.ceil(others.length / 2);
  const range = others.slice(middle);
  return {
    server: toText(server),
    lower: toText(range[0] ?? server),
    upper: toText(range.at(-1) ?? server),
    fixed: others.slice(0, middle).map(toText),
  };
}
