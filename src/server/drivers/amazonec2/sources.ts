import { connect } from 'node:net';

import { parseCidr } from '@/lib/cidr';
import { deadlineSignal } from '@/server/clock/deadline';

import type { ProviderContext } from '../driver';
import type { AwsCredential } from './credential';
import { refuse } from './errors';
import type { Ec2Options } from './options';
import { contains } from './rules';

/** Amazon's own answer to the question from where one calls, see the EC2 user guide, "Security group rules". */
const amazonAsks = 'https://checkip.amazonaws.com';
const timeoutMs = 8000;

/** The address that the console's calls come from as the provider sees it; null where nobody can tell. */
export type FindOwnAddress = (endpoint: string | undefined, signal: AbortSignal) => Promise<string | null>;

const localAddress = ({ hostname, port, protocol }: URL, signal: AbortSignal) =>
  new Promise<string | null>((resolve) => {
    const host = hostname.replace(/^\[|\]$/g, '');
    const socket = connect({ host, port: Number(port || (protocol === 'https:' ? 443 : 80)) });
    const end = (address: string | null) => {
      socket.destroy();
      resolve(address);
    };
    socket.setTimeout(timeoutMs, () => end(null));
    socket.once('connect', () => end(socket.localAddress ?? null));
    socket.once('error', () => end(null));
    signal.addEventListener('abort', () => end(null), { once: true });
  });

export const findOwnAddress: FindOwnAddress = async (endpoint, signal) => {
  if (endpoint !== undefined) return localAddress(new URL(endpoint), signal);
  try {
    const limits = AbortSignal.any([signal, deadlineSignal(timeoutMs)]);
    const response = await fetch(amazonAsks, { signal: limits, redirect: 'error' });
    return (await response.text()).trim();
  } catch {
    // Allowed: a console behind a proxy; the caller asks the member instead.
    signal.throwIfAborted();
    return null;
  }
};

const asBlock = (address: string | null): readonly string[] => {
  const cidr = address === null ? null : parseCidr(address.replace(/^::ffff:/, ''));
  return cidr ? [`${cidr.address}/${cidr.length}`] : [];
};

/** Blocks that are routed within networks only, and that a VPC may have: RFC 1918, 6598 and 2544. */
const withinNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '198.18.0.0/15'];

type Reach = Ec2Options['reach'];

/** Whether somebody in the block can call the address that the machine is reached at. */
const fits: Readonly<Record<Reach, (block: string) => boolean>> = {
  public: (block) => parseCidr(block)?.family === 4,
  private: (block) => withinNetworks.some((other) => contains(other, block) || contains(block, other)),
  ipv6: (block) => parseCidr(block)?.family === 6,
};

const addressAt: Readonly<Record<Reach, string>> = {
  public: 'address',
  private: 'private address',
  ipv6: 'IPv6 address',
};

/**
 * The blocks that are let in to a machine: the console itself, the team's list, and what the options name; never the
 * whole world unless one of these says so. What is found out about the console is its address on the internet, which is
 * of use only where the machine is reached there. Throws input.invalid at the field where none is known.
 */
export async function allowedSources(
  ctx: ProviderContext,
  { endpoint }: AwsCredential,
  { options, find }: { options: Ec2Options; find: FindOwnAddress },
): Promise<readonly string[]> {
  const { reach } = options;
  const configured = ctx.site?.ownSources ?? [];
  const team = (await ctx.site?.allowedSources()) ?? [];
  const isToBeFound = reach === 'public' && configured.length === 0;
  const own = isToBeFound ? asBlock(await find(endpoint, ctx.signal)) : configured;
  const sources = [...new Set([...own, ...team, ...options.allowedSources])];
  // On the internet the team's list is of its members, and the console is known to be none of them.
  const ofConsole = reach === 'public' ? [...own, ...options.allowedSources] : sources;
  if (ofConsole.some(fits[reach])) return sources;
  throw refuse(
    'allowedSources',
    `Nobody knows the ${addressAt[reach]} that the console calls from, so the machine would lock it out. Enter it here, or let the console's operator set QUAYMASTER_OWN_SOURCES.`,
  );
}
