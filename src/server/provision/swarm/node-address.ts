import { sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { runScript } from '../host/run';

const probe = sh`for address in $(ip -o -4 addr show scope global | awk '$2 !~ /^(docker|br-|veth)/ { sub("/.*", "", $4); print $4 }'); do fact own "$address"; done
fact used "$(ip -4 route get 192.0.2.1 2>/dev/null | sed -n 's/.* src \\([0-9.]*\\).*/\\1/p')"`;

/**
 * The address by which the other nodes reach this host: the machine's own where the host has it, else the one with which it
 * goes out (behind address translation only that one is the host's). Null where the host has no IPv4 address; the engine then
 * chooses by itself, or says why it cannot.
 */
export async function nodeAddress(ctx: ProvisionContext, machineAddress: string): Promise<string | null> {
  const { report } = await runScript(ctx, {
    name: 'look up the addresses',
    script: probe,
    timeoutMs: 30_000,
    sudo: false,
  });
  const own = report.all('own');
  if (own.includes(machineAddress)) return machineAddress;
  return report.get('used') || own[0] || null;
}
