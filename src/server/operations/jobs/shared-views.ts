import 'server-only';
import type { Topic } from '@/server/bus/bus';
import type { Runtime } from '@/server/runtime';

/** A view that nobody has announced a change of is read again after so long: an announcement may get lost. */
const freshForMs = 2000;

export interface SharedReading<T> {
  readonly value: T;
  /** Whose changes change the view, besides those that it always listens to. */
  readonly topics?: readonly Topic[];
}

/**
 * What many watch at once, read once for all of them: anew only after something was announced, and never twice side by
 * side.
 */
export class SharedView<T> {
  readonly #runtime: Runtime;
  readonly #always: readonly Topic[];
  readonly #read: () => Promise<SharedReading<T>>;
  readonly #subscriptions = new Map<Topic, () => void>();
  #reading: Promise<T> | undefined;
  #value: { readonly of: T; readonly atMs: number } | undefined;

  constructor(runtime: Runtime, topics: readonly Topic[], read: () => Promise<SharedReading<T>>) {
    this.#runtime = runtime;
    this.#always = topics;
    this.#read = read;
    this.#listenTo(topics);
  }

  /** The view as it is now, at least as new as the last announcement before the call. */
  now(): Promise<T> {
    const nowMs = this.#runtime.clock.now().getTime();
    if (this.#value && nowMs - this.#value.atMs < freshForMs) return Promise.resolve(this.#value.of);
    return this.#reading ?? this.#readAnew(nowMs);
  }

  close(): void {
    for (const unsubscribe of this.#subscriptions.values()) unsubscribe();
    this.#subscriptions.clear();
  }

  #readAnew(atMs: number): Promise<T> {
    const reading = this.#read().then(({ value, topics = [] }) => {
      this.#listenTo([...this.#always, ...topics]);
      // An announcement that came meanwhile may be of something that this reading has not seen.
      if (this.#reading === reading) this.#value = { of: value, atMs };
      return value;
    });
    this.#reading = reading;
    const isOver = () => {
      if (this.#reading === reading) this.#reading = undefined;
    };
    reading.then(isOver, isOver);
    return reading;
  }

  #forget = (): void => {
    this.#value = undefined;
    this.#reading = undefined;
  };

  #listenTo(topics: readonly Topic[]): void {
    for (const [topic, unsubscribe] of this.#subscriptions) {
      if (topics.includes(topic)) continue;
      unsubscribe();
      this.#subscriptions.delete(topic);
    }
    for (const topic of topics) {
      if (!this.#subscriptions.has(topic)) {
        this.#subscriptions.set(topic, this.#runtime.bus.subscribe(topic, this.#forget));
      }
    }
  }
}

interface Kept {
  readonly view: { close(): void };
  users: number;
}

const kept = new WeakMap<Runtime, Map<string, Kept>>();

/** The view of this name, made by the first who uses it; `release` it, and the last one to do so closes it. */
export function shareView<V extends { close(): void }>(
  runtime: Runtime,
  name: string,
  make: () => V,
): { view: V; release: () => void } {
  const views = kept.get(runtime) ?? new Map<string, Kept>();
  kept.set(runtime, views);
  const entry = views.get(name) ?? { view: make(), users: 0 };
  views.set(name, entry);
  entry.users += 1;
  const release = () => {
    entry.users -= 1;
    if (entry.users > 0) return;
    views.delete(name);
    entry.view.close();
  };
  // The name decides the type: each name is made in one place.
  return { view: entry.view as V, release };
}
