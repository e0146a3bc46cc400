/** `hasWaited`: others may have asked for it since, so what was known when it was asked for is not enough. */
export type Work = (turn: { readonly hasWaited: boolean }) => Promise<void>;

interface Turn {
  /** The run that is under way. */
  readonly running: Promise<void>;
  /** The one that follows it, for all who asked meanwhile. */
  next: Promise<void> | null;
}

/**
 * Runs work per key one after the other. Who asks while a key's work is under way shares one further run that begins after
 * it: the work sees everything that was true at the time of asking.
 */
export class Turns {
  readonly #turns = new Map<string, Turn>();

  run(key: string, work: Work): Promise<void> {
    const turn = this.#turns.get(key);
    if (!turn) return this.#begin(key, work({ hasWaited: false }));
    const again = () => this.#begin(key, work({ hasWaited: true }));
    turn.next ??= turn.running.then(again, again);
    return turn.next;
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    while (this.#turns.size > 0) {
      await Promise.allSettled([...this.#turns.values()].map((turn) => turn.next ?? turn.running));
    }
  }

  #begin(key: string, running: Promise<void>): Promise<void> {
    const turn: Turn = { running, next: null };
    this.#turns.set(key, turn);
    const settle = () => {
      if (this.#turns.get(key) === turn && !turn.next) this.#turns.delete(key);
    };
    running.then(settle, settle);
    return running;
  }
}
