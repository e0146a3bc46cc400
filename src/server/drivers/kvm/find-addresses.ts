import { AppError } from '@/server/errors/app-error';

import type { MachineHost } from './machine-host';
import type { Options } from './options';

/** Leases of libvirt's own DHCP servers; what an agent in the machine tells; what the hypervisor host has heard of it. */
const sourcesOf = (kind: Options['networkKind']) => (kind === 'network' ? ['lease', 'agent'] : ['agent', 'arp']);

const ipv4 = /\bipv4\s+(\d+\.\d+\.\d+\.\d+)\//;

/**
 * Where it may be, the likeliest first: a machine that was made anew has the MAC address of the former one, whose lease is still
 * there. Empty while nobody knows.
 */
export async function findAddresses(
  { virsh, uuid }: MachineHost,
  kind: Options['networkKind'],
): Promise<readonly string[]> {
  if (kind === 'user') return ['127.0.0.1'];
  const found: string[] = [];
  for (const source of sourcesOf(kind)) {
    try {
      const text = await virsh.call({ name: 'ask for its address', args: ['domifaddr', uuid, '--source', source] });
      found.push(
        ...(text ?? '')
          .split('\n')
          .flatMap((line) => ipv4.exec(line)?.[1] ?? [])
          .toReversed(),
      );
    } catch (error) {
      // Allowed: there is no agent in it, or this libvirt has not learnt of that source.
      if (!(error instanceof AppError) || error.code !== 'driver.failed') throw error;
    }
    if (found.length > 0) break;
  }
  return found.filter((address) => !address.startsWith('127.'));
}
