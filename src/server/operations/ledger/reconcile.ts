import { type ResourceFacts, standingOf } from '@/lib/resource';
import type { ProviderThing } from '@/server/drivers/driver';

/** A row of the ledger whose thing is not known to be gone. */
export interface LedgerRow extends ResourceFacts {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly machineId: string | null;
}

export interface Reconciliation {
  /** Asked for and found: the provider's id is known from now on. */
  readonly confirmed: readonly { readonly id: string; readonly providerId: string }[];
  /** There, as the ledger says, or as it should not be. */
  readonly present: readonly string[];
  /** Confirmed once and not there any more. */
  readonly missing: readonly string[];
  /** Not there, and nothing else was to be expected: asked for and never made, or to be gone. */
  readonly gone: readonly string[];
  /** Not there, but a job may just be making it. */
  readonly undecided: readonly string[];
  /** There, and not in the ledger. */
  readonly strays: readonly ProviderThing[];
}

const idKey = ({ kind, providerId }: Pick<LedgerRow, 'kind' | 'providerId'>) => `${kind} ${providerId}`;
const nameKey = ({ kind, name, machineId }: Pick<LedgerRow, 'kind' | 'name' | 'machineId'>) =>
  `${kind} ${name} ${machineId}`;

const grouped = (things: readonly ProviderThing[], keyOf: (thing: ProviderThing) => string) => {
  const groups = new Map<string, ProviderThing[]>();
  for (const thing of things) {
    const group = groups.get(keyOf(thing));
    if (group) group.push(thing);
    else groups.set(keyOf(thing), [thing]);
  }
  return groups;
};

/** Things to be taken one by one, by their id or by kind, name and machine. */
class Unclaimed {
  readonly #things: Set<ProviderThing>;
  readonly #byId: ReadonlyMap<string, readonly ProviderThing[]>;
  readonly #byName: ReadonlyMap<string, readonly ProviderThing[]>;

  constructor(things: readonly ProviderThing[]) {
    this.#things = new Set(things);
    this.#byId = grouped(things, idKey);
    this.#byName = grouped(things, nameKey);
  }

  take(row: LedgerRow): ProviderThing | undefined {
    const named = row.providerId === null ? this.#byName.get(nameKey(row)) : this.#byId.get(idKey(row));
    const left = (named ?? []).filter((thing) => this.#things.has(thing));
    // Two accounts may give the same id; the machine then tells whose it is.
    const thing = left.find(({ machineId }) => machineId === row.machineId) ?? left[0];
    if (thing) this.#things.delete(thing);
    return thing;
  }

  rest(): readonly ProviderThing[] {
    return [...this.#things];
  }
}

type Verdict = 'missing' | 'gone' | 'undecided';

const absent = (row: LedgerRow, isBusy: boolean): Verdict => {
  switch (standingOf(row)) {
    case 'exists':
    case 'missing':
      return 'missing';
    case 'asked':
      return isBusy ? 'undecided' : 'gone';
    case 'unwanted':
    case 'found':
    case 'forgotten':
      return 'gone';
  }
};

/**
 * Compares rows with everything that their provider has. `isBusy` says of a machine whether a job works on it, whose calls
 * may not have been answered yet. Rows with an id are matched by it, the others by kind, name and machine. Pure.
 */
export function reconcile(
  rows: readonly LedgerRow[],
  things: readonly ProviderThing[],
  isBusy: (machineId: string | null) => boolean,
): Reconciliation {
  const unclaimed = new Unclaimed(things);
  const result = {
    confirmed: [] as { id: string; providerId: string }[],
    present: [] as string[],
    missing: [] as string[],
    gone: [] as string[],
    undecided: [] as string[],
  };
  // Rows with an id first: a name may have been given twice, an id never.
  for (const row of rows.toSorted((a, b) => Number(a.providerId === null) - Number(b.providerId === null))) {
    const thing = unclaimed.take(row);
    if (!thing) result[absent(row, isBusy(row.machineId))].push(row.id);
    else if (row.providerId === null) result.confirmed.push({ id: row.id, providerId: thing.providerId });
    else result.present.push(row.id);
  }
  return { ...result, strays: unclaimed.rest() };
}
