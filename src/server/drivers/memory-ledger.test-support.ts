import type { LedgerEntry, ResourceLedger } from './ledger';

/** A ledger that a test can look into; `onWrite` is called before each write and may throw, as a crash would. */
export class MemoryLedger implements ResourceLedger {
  #entries: LedgerEntry[] = [];
  #count = 0;
  onWrite: () => void = () => undefined;

  intend({ kind, name }: Pick<LedgerEntry, 'kind' | 'name'>): Promise<LedgerEntry> {
    this.onWrite();
    const known = this.#entries.find((entry) => entry.kind === kind && entry.name === name);
    if (known) return Promise.resolve(known);
    const entry = { id: `entry-${(this.#count += 1)}`, kind, name, providerId: null };
    this.#entries.push(entry);
    return Promise.resolve(entry);
  }

  created(entryId: string, providerId: string): Promise<void> {
    this.onWrite();
    this.#entries = this.#entries.map((entry) => (entry.id === entryId ? { ...entry, providerId } : entry));
    return Promise.resolve();
  }

  gone(entryId: string): Promise<void> {
    this.onWrite();
    this.#entries = this.#entries.filter((entry) => entry.id !== entryId);
    return Promise.resolve();
  }

  list(): Promise<readonly LedgerEntry[]> {
    return Promise.resolve([...this.#entries]);
  }
}
