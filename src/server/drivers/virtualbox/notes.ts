import { type ShellScript, sh } from '@/server/ssh/shell';

import type { Call } from './vbox';
import type { Owner } from './vm';

/** Its name, or shell that gives it where it is not known yet. */
export type Adapter = string | ShellScript;

/** What the console has made of VirtualBox's own networks, in the words of the ledger. */
export const sharedKinds = ['host-only-adapter', 'dhcp-server'] as const;
export type SharedKind = (typeof sharedKinds)[number];

/**
 * Adapters and DHCP servers have no place for a tag. What the console knows of them stands in VirtualBox's global extra data,
 * one key each below quaymaster/:
 *
 * - host-only-adapter/ADAPTER and dhcp-server/ADAPTER: which machine it was made for, and the network ("TEAM MACHINE CIDR");
 * - uses/MACHINE: which adapter a machine has ("TEAM ADAPTER");
 * - pending/MACHINE: adapters that were there before one is made for the machine ("TEAM ADAPTER,…"). Where the making broke
 *   off, what was not there before may be that one; see adapter-users.ts.
 */
export interface Notes {
  readonly made: readonly Made[];
  readonly uses: readonly Use[];
  readonly pending: readonly Pending[];
}

export interface Made extends Owner {
  readonly kind: SharedKind;
  readonly adapter: string;
  readonly cidr: string;
}

export interface Use extends Owner {
  readonly adapter: string;
}

export interface Pending extends Owner {
  readonly before: readonly string[];
}

const line = /^Key: quaymaster\/([a-z-]+)\/(.+), Value: (.*)$/;

/** Of `getextradata global enumerate`. */
export function parseNotes(text: string): Notes {
  const [made, uses, pending]: [Made[], Use[], Pending[]] = [[], [], []];
  for (const one of text.split('\n')) {
    const [, sort, key = '', value = ''] = line.exec(one) ?? [];
    const [teamId = '', second = '', cidr = ''] = value.split(' ');
    const kind = sharedKinds.find((candidate) => candidate === sort);
    if (kind) made.push({ kind, adapter: key, teamId, machineId: second, cidr });
    if (sort === 'uses') uses.push({ teamId, machineId: key, adapter: second });
    if (sort === 'pending') pending.push({ teamId, machineId: key, before: second.split(',').filter(Boolean) });
  }
  return { made, uses, pending };
}

const set = (sort: string, key: Adapter, ...value: readonly string[]): Call => ({
  args: [
    'setextradata',
    'global',
    typeof key === 'string' ? `quaymaster/${sort}/${key}` : sh`${`quaymaster/${sort}/`}${key}`,
    ...value,
  ],
});

export const noteMade = ({
  kind,
  adapter,
  cidr,
  teamId,
  machineId,
}: Omit<Made, 'adapter'> & { adapter: Adapter }): Call => set(kind, adapter, `${teamId} ${machineId} ${cidr}`);
export const forgetMade = ({ kind, adapter }: Pick<Made, 'kind' | 'adapter'>): Call => set(kind, adapter);
export const noteUse = ({ teamId, machineId }: Owner, adapter: Adapter): Call => ({
  args: [
    'setextradata',
    'global',
    `quaymaster/uses/${machineId}`,
    typeof adapter === 'string' ? `${teamId} ${adapter}` : sh`${`${teamId} `}${adapter}`,
  ],
});
export const forgetUse = ({ machineId }: Pick<Owner, 'machineId'>): Call => set('uses', machineId);
export const notePending = ({ teamId, machineId, before }: Pending): Call =>
  set('pending', machineId, `${teamId} ${before.join(',')}`);
export const forgetPending = ({ machineId }: Pick<Owner, 'machineId'>): Call => set('pending', machineId);

/** For calls that are made in a script. */
export const pendingKey = ({ machineId }: Pick<Owner, 'machineId'>): string => `quaymaster/pending/${machineId}`;

export const isOf = (owner: Owner) => (note: Owner) =>
  note.machineId === owner.machineId && note.teamId === owner.teamId;
