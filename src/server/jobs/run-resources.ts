interface Opened {
  readonly value: unknown;
  readonly close: () => Promise<void>;
}

/** What the steps of one run share and must be closed at its end: above all the SSH connection to the host. */
export class RunResources {
  readonly #open = new Map<string, Promise<Opened>>();

  /**
   * The resource of this name, opened at the first use, and again when opening it failed or `isAlive` says that the kept
   * one is not. Callers side by side share one opening.
   */
  async use<T>(
    name: string,
    open: () => Promise<{ value: T; close: () => Promise<void> }>,
    isAlive: (value: T) => boolean,
  ): Promise<T> {
    const kept = this.#open.get(name);
    if (kept) {
      const opened = await kept.catch(() => null);
      // The name decides the type: each name is opened in one place.
      if (opened && isAlive(opened.value as T)) return opened.value as T;
      if (this.#open.get(name) !== kept) return this.use(name, open, isAlive);
    }
    const opening = open();
    this.#open.set(name, opening);
    return (await opening).value;
  }

  async closeAll(): Promise<void> {
    const open = [...this.#open.values()];
    this.#open.clear();
    await Promise.allSettled(open.map(async (opening) => (await opening).close()));
  }
}
