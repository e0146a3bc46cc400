import { parseFilter } from './filter-terms';

/** What a term of the filter can name. */
export const machineFilterKeys = ['state', 'problem', 'driver', 'name', 'address', 'label', 'owner'] as const;
export type MachineFilterKey = (typeof machineFilterKeys)[number];

/** A filter as it is evaluated. */
export interface MachineFilter {
  /** Bare words: each is looked for in name, address and labels, and all of them must be found. */
  readonly words: readonly string[];
  /** By key, the values of which one must fit. */
  readonly alternatives: ReadonlyMap<MachineFilterKey, readonly string[]>;
  /** It names a key that nobody knows, so nothing fits. */
  readonly isImpossible: boolean;
}

const isKey = (key: string): key is MachineFilterKey => machineFilterKeys.some((known) => known === key);

/**
 * Reads a filter such as `state=running label=env=prod web`. Terms of one key are alternatives, terms of different keys must
 * all fit, as in `docker-machine ls --filter`; bare words must all fit. Pure.
 */
export function parseMachineFilter(text: string): MachineFilter {
  const words: string[] = [];
  const alternatives = new Map<MachineFilterKey, readonly string[]>();
  let isImpossible = false;
  for (const { key, value } of parseFilter(text)) {
    if (key === null) words.push(value);
    else if (isKey(key)) alternatives.set(key, [...(alternatives.get(key) ?? []), value]);
    else isImpossible = true;
  }
  return { words, alternatives, isImpossible };
}

/** What the list can be ordered by. */
export const machineSorts = ['name', 'state', 'driver', 'address', 'engine', 'changed'] as const;
export type MachineSort = (typeof machineSorts)[number];

export interface MachineOrder {
  readonly sort: MachineSort;
  readonly order: 'asc' | 'desc';
}

/** Reads the order in an address: `changed`, or `-changed` for the other way round. What nobody knows is by name. Pure. */
export function parseMachineOrder(text: string | null | undefined): MachineOrder {
  const isDescending = text?.startsWith('-') ?? false;
  const name = isDescending ? text?.slice(1) : text;
  const sort = machineSorts.find((known) => known === name);
  return sort ? { sort, order: isDescending ? 'desc' : 'asc' } : { sort: 'name', order: 'asc' };
}
