/** What the steps of one run share and must be closed at its end: above all the SSH connection to the host. */
export class RunResources {
  readonly #open = new Map<string, { value: unknown; close: () => Promise<void> }>();

  /** The resource of this name, opened at the first use, and again when `isAlive` says that the kept one is not. */
  async use<T>(
    name: string,
    open: () => Promise<{ value: T; close: () => Promise<void> }>,
    isAlive: (value: T) => boolean,
  ): Promise<T> {
    const kept = this.#open.get(name);
    // The name decides the type: each name is opened in one place.
    if (kept && isAlive(kept.value as T)) return kept.value as T;
    const opened = await open();
    this.#open.set(name, opened);
    return opened.value;
  }

  async closeAll(): Promise<void> {
    const open = [...this.#open.values()];
    this.#open.clear();
    await Promise.allSettled(open.map((resource) => resource.close()));
  }
}
