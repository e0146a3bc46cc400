import { BlockList, isIPv4 } from 'node:net';

import { AppError } from '@/server/errors/app-error';
import { sh } from '@/server/ssh/shell';

import type { MachineHost } from './machine-host';
import type { Options } from './options';
import { addressMark } from './seed';

/**
 * Leases of libvirt's own DHCP servers; what an agent in the machine tells. On a bridge the hypervisor host may have heard of it
 * besides, yet only where the two have talked, so that a machine says on its console where it is.
 */
const sourcesOf = (kind: Options['networkKind']) => (kind === 'network' ? ['lease', 'agent'] : ['agent', 'arp']);

const ipv4 = /\bipv4\s+(\d+\.\d+\.\d+\.\d+)\//;

/** What a machine that may say anything must not lead the console to: this host, loopback, link-local, multicast and reserved. */
const nowhere = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 3],
] as const) {
  nowhere.addSubnet(net, prefix);
}
const isPlain = (address: string) => isIPv4(address) && !nowhere.check(address);

/** Of the console's log, from its end. */
const readBytesMax = 2 * 1024 * 1024;

/** What the machine has said last of where it is, in its console's log from an offset on. */
async function saidOnConsole({ virsh, files }: MachineHost, from: number): Promise<readonly string[]> {
  // libvirt begins the file anew when it grows large.
  const { stdout } = await virsh.script(
    'look for its address on its console',
    sh`[ -r ${files.console} ] || exit 0
size=$(wc -c < ${files.console}); [ "$size" -ge ${from} ] && from=${from} || from=0
tail -c "+$((from + 1))" ${files.console} | tail -c ${readBytesMax} | tr -d '\\r' |
  LC_ALL=C grep -ax ${`${addressMark} [0-9.]\\{7,15\\}`} | tail -n 1`,
  );
  const [, address] = stdout.trim().split(' ');
  return address === undefined ? [] : [address];
}

/**
 * Where it may be, the likeliest first: a machine that was made anew has the MAC address of the former one, whose lease is still
 * there. Empty while nobody knows. What its console's log says counts from an offset on, that of its latest start where it is known.
 */
export async function findAddresses(
  host: MachineHost,
  kind: Options['networkKind'],
  consoleFrom = 0,
): Promise<readonly string[]> {
  if (kind === 'user') return ['127.0.0.1'];
  const { virsh, uuid } = host;
  const found: string[] = [];
  for (const source of sourcesOf(kind)) {
    // What was heard of it may be of the boot before; what it says itself is not.
    if (source === 'arp') found.push(...(await saidOnConsole(host, consoleFrom)).filter(isPlain));
    try {
      const text = await virsh.call({ name: 'ask for its address', args: ['domifaddr', uuid, '--source', source] });
      found.push(
        ...(text ?? '')
          .split('\n')
          .flatMap((line) => ipv4.exec(line)?.[1] ?? [])
          .filter(isPlain)
          .toReversed(),
      );
    } catch (error) {
      // Allowed: there is no agent in it, or this libvirt has not learnt of that source.
      if (!(error instanceof AppError) || error.code !== 'driver.failed') throw error;
    }
    if (found.length > 0) break;
  }
  return [...new Set(found)];
}
