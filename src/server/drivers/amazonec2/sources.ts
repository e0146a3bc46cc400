import { connect } from 'node:net';

import { parseCidr } from '@/lib/cidr';

import type { ProviderContext } from '../driver';
import type { AwsCredential } from './credential';
import { refuse } from './errors';
import type { Ec2Options } from './options';

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
    const limits = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
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

/**
 * The blocks that are let in to a machine: the console itself, the team's list, and what the options name; never the
 * whole world unless one of these says so. Throws driver.failed at the field where none is known.
 */
export async function allowedSources(
  ctx: ProviderContext,
  { endpoint }: AwsCredential,
  { options, find }: { options: Ec2Options; find: FindOwnAddress },
): Promise<readonly string[]> {
  const configured = ctx.site?.ownSources ?? [];
  const own = configured.length > 0 ? configured : asBlock(await find(endpoint, ctx.signal));
  const team = (await ctx.site?.allowedSources()) ?? [];
  const sources = [...new Set([...own, ...team, ...options.allowedSources])];
  if (own.length > 0 || options.allowedSources.length > 0) return sources;
  throw refuse(
    'allowedSources',
    "Nobody knows the address that the console calls from, so the machine would lock it out. Enter it here, or let the console's operator set QUAYMASTER_OWN_SOURCES.",
  );
}
