import { createHash } from 'node:crypto';

import { digestUuid } from '../digest-uuid';
import type { ObservedState } from '../driver';
import { isNotFound } from './explain';
import { call, type VBox } from './vbox';

/** Of which machine of which team. */
export interface Owner {
  readonly teamId: string;
  readonly machineId: string;
}

const digest = (purpose: string, { teamId, machineId }: Owner) =>
  createHash('sha256').update(`quaymaster ${purpose}\0${teamId}\0${machineId}`).digest('hex');

/** The virtual machine's UUID is known before it is made: however its making ends, it can be found again. */
export const vmIdOf = (owner: Owner): string => digestUuid(digest('vm', owner));

/** Of its card in the host-only network, as VBoxManage takes it: 12 hex digits that begin with VirtualBox's own 080027. */
export const macOf = (owner: Owner): string => `080027${digest('mac', owner).slice(0, 6).toUpperCase()}`;

/** A MAC as DHCP servers and guests write it. */
export const withColons = (mac: string): string => mac.match(/../g)?.join(':') ?? mac;

/** VirtualBox's own tag: a machine has it from the moment in which it is registered. It also is the path of its folder. */
export const groupOf = ({ teamId, machineId }: Owner): string => `/quaymaster/${teamId}/${machineId}`;

/** Whose a group says that a machine is; null where it is none of a console. */
export const ownerOfGroup = (group: string): Owner | null => {
  const [, teamId, machineId] = /^\/quaymaster\/([^/]+)\/([^/]+)$/.exec(group) ?? [];
  return teamId === undefined || machineId === undefined ? null : { teamId, machineId };
};

export const vmName = ({ team, machine }: { team: { slug: string }; machine: { name: string } }): string =>
  `${team.slug}-${machine.name}`;

/** What `showvminfo --machinereadable` tells: NAME="VALUE" or NAME=VALUE, the name quoted as well where it holds a blank. */
export type VmInfo = ReadonlyMap<string, string>;

export function parseVmInfo(text: string): VmInfo {
  const info = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, quotedName, name, quoted, plain] = /^(?:"([^"]*)"|([^=]+))=(?:"(.*)"|(.*))$/.exec(line) ?? [];
    const key = quotedName ?? name;
    if (key !== undefined) info.set(key, quoted ?? plain ?? '');
  }
  return info;
}

/** A virtual machine, or null where there is none. `nameOrId` as VBoxManage takes it. */
export async function findVm(vbox: VBox, nameOrId: string): Promise<VmInfo | null> {
  const [said = ''] = await vbox.read('look at the virtual machine', [
    { args: ['showvminfo', nameOrId, '--machinereadable'], allows: isNotFound },
  ]);
  const info = parseVmInfo(said);
  return info.has('UUID') ? info : null;
}

/** Every virtual machine that the account has. */
export async function listVms(vbox: VBox): Promise<readonly VmInfo[]> {
  const [list = ''] = await vbox.read('list the virtual machines', [call('list', 'vms')]);
  const ids = [...list.matchAll(/\{([0-9a-f-]{36})\}$/gim)].flatMap(([, id]) => (id === undefined ? [] : [id]));
  if (ids.length === 0) return [];
  const infos = await vbox.read(
    'look at the virtual machines',
    ids.map((id) => ({ args: ['showvminfo', id, '--machinereadable'], allows: isNotFound })),
  );
  return infos.map(parseVmInfo).filter((info) => info.has('UUID'));
}

/** The adapters of its host-only cards. */
export const adaptersOf = (info: VmInfo): readonly string[] =>
  [...info].flatMap(([key, value]) => (/^hostonlyadapter\d+$/.test(key) ? [value] : []));

interface StateOfVm {
  readonly state: ObservedState;
  readonly reason?: string;
}

const states: Readonly<Record<string, StateOfVm>> = {
  running: { state: 'running' },
  paused: { state: 'paused' },
  saved: { state: 'saved' },
  'aborted-saved': {
    state: 'saved',
    reason: 'Its process ended while it was restored; the saved memory is still there.',
  },
  poweroff: { state: 'stopped' },
  aborted: { state: 'stopped', reason: 'Its process on the hypervisor host ended by itself (aborted).' },
  starting: { state: 'starting' },
  restoring: { state: 'starting' },
  stopping: { state: 'stopping' },
  saving: { state: 'stopping' },
  gurumeditation: {
    state: 'unreachable',
    reason:
      'VirtualBox has stopped it after an error of its own (Guru Meditation). Switch it off, then start it again.',
  },
};

/** `inaccessible` is what VirtualBox makes of a machine whose settings it cannot read. */
export function stateOf(info: VmInfo): StateOfVm {
  if (info.get('name') === '<inaccessible>') {
    return { state: 'unreachable', reason: 'VirtualBox cannot read the settings of the virtual machine any more.' };
  }
  const said = (info.get('VMState') ?? '').toLowerCase();
  return states[said] ?? { state: 'unreachable', reason: `VirtualBox says that it is ${said || 'in no state'}.` };
}
