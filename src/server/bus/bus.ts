import { EventEmitter } from 'node:events';

/**
 * Wake-up calls between the parts of the console. A message says only "something changed there": whoever hears it reads
 * the database again, so a lost or doubled message costs nothing but time.
 */
export interface Bus {
  publish(topic: Topic): Promise<void>;
  /** Returns the function that ends the subscription. Listeners of every topic are also called after a reconnect. */
  subscribe(topic: Topic, listener: () => void): () => void;
  close(): Promise<void>;
}

/**
 * `job:<id>`: state, steps or log of a job. `team:<id>`: machines or jobs of a team. `admissions`: a process without
 * connections to hosts has changed who may use some machines. `hypervisors`: how a hypervisor host is reached has changed.
 */
export type Topic = `job:${string}` | `team:${string}` | 'admissions' | 'hypervisors';

export class LocalBus implements Bus {
  readonly #emitter = new EventEmitter().setMaxListeners(0);

  publish(topic: Topic): Promise<void> {
    this.#emitter.emit(topic);
    return Promise.resolve();
  }

  subscribe(topic: Topic, listener: () => void): () => void {
    this.#emitter.on(topic, listener);
    return () => this.#emitter.off(topic, listener);
  }

  wakeEveryone(): void {
    for (const topic of this.#emitter.eventNames()) this.#emitter.emit(topic);
  }

  close(): Promise<void> {
    this.#emitter.removeAllListeners();
    return Promise.resolve();
  }
}
