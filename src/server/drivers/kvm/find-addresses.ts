import { BlockList, isIPv4 } from 'node:net';

import { AppError } from '@/server/errors/app-error';
import { sh } from '@/server/ssh/shell';

import type { MachineHost } from './machine-host';
import type { Options } from './options';
import { addressMark } from './seed';

/** Leases of libvirt's own DHCP servers; what an agent in the machine lists; what the hypervisor host has heard of it. */
type Source = 'lease' | 'agent' | 'arp';

const mac = /\s((?:[\da-f]{2}:){5}[\da-f]{2})\s/i;
const ipv4 = /\bipv4\s+(\d+\.\d+\.\d+\.\d+)\//;
/** A further address of the interface above. Source: cmdDomIfAddr of virsh-domain-monitor.c. */
const goesOn = /^\s*-\s+-\s/;

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

/** An agent lists every interface in the machine, the bridges of its containers too: what is not its own card's does not count. */
function ownAddresses(text: string, own: string): readonly string[] {
  let isOwn = false;
  return text.split('\n').flatMap((line) => {
    if (!goesOn.test(line)) isOwn = mac.exec(line)?.[1]?.toLowerCase() === own;
    const address = ipv4.exec(line)?.[1];
    return isOwn && address !== undefined && isPlain(address) ? [address] : [];
  });
}

async function toldBy({ virsh, uuid, mac: own }: MachineHost, source: Source): Promise<readonly string[]> {
  try {
    const text = await virsh.call({ name: 'ask for its address', args: ['domifaddr', uuid, '--source', source] });
    return ownAddresses(text ?? '', own);
  } catch (error) {
    // Allowed: there is no agent in it, or this libvirt has not learnt of that source.
    if (error instanceof AppError && error.code === 'driver.failed') return [];
    throw error;
  }
}

/** On a bridge the hypervisor host has heard of it only where the two have talked: that is why a machine says where it is. */
async function onBridge(host: MachineHost, consoleFrom: number): Promise<readonly string[]> {
  const said = (await saidOnConsole(host, consoleFrom)).filter(isPlain);
  const listed = await toldBy(host, 'agent');
  // What it said is of its boot, what the agent lists is of now: what it has no longer is not where it is.
  if (listed.length > 0) return [...said.filter((address) => listed.includes(address)), ...listed];
  // What was heard of it may be of the boot before; what it said itself is not.
  return [...said, ...(await toldBy(host, 'arp'))];
}

async function onNetwork(host: MachineHost): Promise<readonly string[]> {
  // A machine that was made anew has the MAC address of the former one, whose lease is still there, above its own.
  const leases = (await toldBy(host, 'lease')).toReversed();
  return leases.length > 0 ? leases : toldBy(host, 'agent');
}

/**
 * Where it may be, the likeliest first. Empty while nobody knows. What its console's log says counts from an offset on, that of its
 * latest start where it is known.
 */
export async function findAddresses(
  host: MachineHost,
  kind: Options['networkKind'],
  consoleFrom = 0,
): Promise<readonly string[]> {
  switch (kind) {
    case 'user':
      return ['127.0.0.1'];
    case 'network':
      return [...new Set(await onNetwork(host))];
    case 'bridge':
      return [...new Set(await onBridge(host, consoleFrom))];
  }
}
