import type { Bus, Topic } from '@/server/bus/bus';
import type { Clock } from '@/server/clock/clock';

/**
 * Hears wake-up calls of some topics and keeps them until they are asked for: one that comes while its listener is still
 * busy with the last is neither lost nor counted twice.
 */
export class WakeUps {
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #subscriptions = new Map<Topic, () => void>();
  #heard = new Set<Topic>();
  #wake: () => void = () => undefined;

  constructor(options: { bus: Bus; clock: Clock }) {
    this.#bus = options.bus;
    this.#clock = options.clock;
  }

  /** Listens to these topics, and to these only from now on. */
  listenTo(topics: readonly Topic[]): void {
    for (const [topic, unsubscribe] of this.#subscriptions) {
      if (topics.includes(topic)) continue;
      unsubscribe();
      this.#subscriptions.delete(topic);
    }
    for (const topic of topics) {
      if (this.#subscriptions.has(topic)) continue;
      this.#subscriptions.set(
        topic,
        this.#bus.subscribe(topic, () => {
          this.#heard.add(topic);
          this.#wake();
        }),
      );
    }
  }

  /** The topics heard since the last call: at once where there are some, else at the next one; none after `withinMs` or at an abort. */
  async next(withinMs: number, signal: AbortSignal | undefined): Promise<ReadonlySet<Topic>> {
    if (this.#heard.size === 0 && !signal?.aborted) await this.#rest(withinMs, signal);
    const heard = this.#heard;
    this.#heard = new Set();
    return heard;
  }

  async #rest(withinMs: number, signal: AbortSignal | undefined): Promise<void> {
    const over = new AbortController();
    const end = () => over.abort();
    signal?.addEventListener('abort', end, { once: true });
    this.#wake = end;
    try {
      await this.#clock.sleep(withinMs, over.signal);
    } catch (error) {
      // A wake-up call and an abort end the sleep early; nothing else does.
      if (!over.signal.aborted) throw error;
    } finally {
      this.#wake = () => undefined;
      signal?.removeEventListener('abort', end);
    }
  }

  close(): void {
    this.listenTo([]);
  }
}
