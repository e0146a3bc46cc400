import type { AdapterSeen, Networks } from './adapters';
import { isOf, type Use } from './notes';
import { adaptersOf, groupOf, type Owner, type VmInfo } from './vm';

/**
 * Who uses an adapter beside the machine itself: another machine of a console, or the name of a virtual machine. A note of a machine
 * that has no virtual machine any more counts for nothing.
 */
export function otherUser(
  { notes }: Pick<Networks, 'notes'>,
  vms: readonly VmInfo[],
  { adapter, owner }: { adapter: string; owner: Owner },
): Use | string | null {
  const exists = (use: Owner) => vms.some((info) => info.get('groups') === groupOf(use));
  const heir = notes.uses.find((use) => use.adapter === adapter && !isOf(owner)(use) && exists(use));
  const vm = vms.find((info) => adaptersOf(info).includes(adapter));
  return heir ?? vm?.get('name') ?? null;
}

export interface Unfinished {
  /** Made for the machine by a try that broke off before it was noted. */
  readonly own: AdapterSeen | null;
  /** Adapters of which nobody can tell whether they are. They are left alone. */
  readonly unclear: readonly string[];
}

/**
 * What has come since the machine's note of a creation that broke off. Other programs make adapters too, and VirtualBox gives a new one
 * an address at once: only one that is new alone, and that nobody uses, can be the machine's. Pure.
 */
export function findUnfinished(
  { adapters, notes }: Pick<Networks, 'adapters' | 'notes'>,
  vms: readonly VmInfo[],
  owner: Owner,
): Unfinished {
  const pending = notes.pending.find(isOf(owner));
  if (!pending) return { own: null, unclear: [] };
  const fresh = adapters.filter(
    ({ name }) =>
      !pending.before.includes(name) &&
      !notes.made.some((one) => one.adapter === name && one.kind === 'host-only-adapter'),
  );
  const others = vms.filter((info) => info.get('groups') !== groupOf(owner));
  const [own] = fresh;
  if (fresh.length === 1 && own && otherUser({ notes }, others, { adapter: own.name, owner }) === null) {
    return { own, unclear: [] };
  }
  return { own: null, unclear: fresh.map(({ name }) => name) };
}

/** For the log. */
export const sayUnclear = (names: readonly string[]): string =>
  `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} new since a creation of a host-only adapter broke off, and may be somebody else's: ${names.length === 1 ? 'it stays' : 'they stay'} as ${names.length === 1 ? 'it is' : 'they are'}. What nobody needs is removed with: VBoxManage hostonlyif remove NAME`;
