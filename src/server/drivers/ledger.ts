/** A thing outside that a driver asked for: intended until the provider gave it an id, kept until it is gone. */
export interface LedgerEntry {
  readonly id: string;
  /** What it is in the provider's words: "instance", "key-pair". */
  readonly kind: string;
  /** Its name or tag at the provider, by which it can be found again even without an id. */
  readonly name: string;
  /** Null while only the intent is known: the call may have been made or not. */
  readonly providerId: string | null;
}

/**
 * What one machine has at its provider. A driver writes the intent before the call that makes a thing, so that whatever
 * happens in between leaves a row to look for.
 */
export interface ResourceLedger {
  /** Idempotent: the same kind and name give the entry that is there already, with its provider id where it has one. */
  intend(thing: Pick<LedgerEntry, 'kind' | 'name'>): Promise<LedgerEntry>;
  created(entryId: string, providerId: string): Promise<void>;
  /** The thing is known to be gone, or never came to be. Idempotent. */
  gone(entryId: string): Promise<void>;
  /** Everything that is not gone, oldest first. */
  list(): Promise<readonly LedgerEntry[]>;
}
