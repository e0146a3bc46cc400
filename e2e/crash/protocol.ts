import type { Fault, StepCounts } from './faults';

/** What a worker under test is to do, as its environment variable CRASH_PLAN says in JSON. */
export interface Plan {
  /** What an owner, who is made at the first start, asks the API for when nothing was asked for yet. */
  readonly create?: {
    readonly input: Readonly<Record<string, unknown>>;
    /** Becomes the SSH key of the machine. */
    readonly privateKey?: string;
  };
  /** Takes the machine out again, and gives its host back as it was. */
  readonly remove?: boolean;
  readonly faults: readonly Fault[];
  /** kill: the process ends itself as kill -9 would. ask: it tells its parent and waits for an answer. */
  readonly mode: 'kill' | 'ask';
}

export interface JobFacts {
  readonly kind: string;
  readonly state: string;
  readonly error: unknown;
  readonly steps: readonly { readonly name: string; readonly state: string; readonly tries: number }[];
  /** Numbers of the lines, in the order in which they are read. */
  readonly seqs: readonly number[];
  readonly texts: readonly string[];
}

/** What is left when no job runs any more. */
export interface Facts {
  readonly jobs: readonly JobFacts[];
  readonly machines: readonly unknown[];
  readonly certificates: readonly string[];
  readonly secrets: readonly string[];
  readonly ledger: readonly string[];
  /** The same things as their provider tells of them. */
  readonly inventory: readonly string[];
  readonly audit: readonly string[];
  readonly counts: Readonly<Record<string, StepCounts>>;
}

/** What a worker says, one JSON a line. */
export type Message =
  | { readonly type: 'struck'; readonly fault: Fault }
  | { readonly type: 'over'; readonly facts: Facts };
