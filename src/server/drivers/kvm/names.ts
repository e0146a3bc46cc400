import { createHash } from 'node:crypto';
import { posix } from 'node:path';

import { digestUuid } from '../digest-uuid';

interface Owner {
  readonly team: { readonly id: string; readonly slug: string };
  readonly machine: { readonly id: string; readonly name: string };
}

const digest = (...parts: readonly string[]) => createHash('sha256').update(parts.join('\0')).digest('hex');

/** The domain's UUID follows from whose it is, so that it is found again without having been told. */
export const domainUuid = (teamId: string, machineId: string): string =>
  digestUuid(digest('domain', teamId, machineId));

/** Below QEMU's own prefix; the same at every start, so that a DHCP server gives the same address. */
export function macAddress(teamId: string, machineId: string): string {
  const hex = digest('interface', teamId, machineId);
  return `52:54:00:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}`;
}

/** For people who look at the hypervisor host; the end keeps machines of two installations apart. */
export const domainName = ({ team, machine }: Owner): string =>
  `qm-${team.slug}-${machine.name}-${digest(team.id, machine.id).slice(0, 6)}`;

/** What a machine has on disk, all in one folder. */
export interface MachineFiles {
  readonly folder: string;
  readonly disk: string;
  readonly seed: string;
  readonly console: string;
}

/** Below the console's folder on the hypervisor host: of a team, of a machine. */
export const teamFolder = (root: string, teamId: string): string => posix.join(root, 'machines', teamId);

export function machineFiles(root: string, teamId: string, machineId: string): MachineFiles {
  const folder = posix.join(teamFolder(root, teamId), machineId);
  return {
    folder,
    disk: posix.join(folder, 'disk.qcow2'),
    seed: posix.join(folder, 'seed.iso'),
    console: posix.join(folder, 'console.log'),
  };
}

export type ThingKind = 'disk' | 'seed' | 'domain';

/** What the ledger calls them. */
export const thingName = (owner: Owner, kind: ThingKind): string =>
  kind === 'domain' ? domainName(owner) : `${owner.machine.id}/${kind}`;
