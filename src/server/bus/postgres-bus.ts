import pg from 'pg';

import type { Log } from '@/server/log/log';

import { type Bus, LocalBus, type Topic } from './bus';

const channel = 'quaymaster';
const reconnectAfterMs = 1000;

/** A bus between replicas over PostgreSQL's LISTEN and NOTIFY. While its connection is down it tries again each second. */
export class PostgresBus implements Bus {
  readonly #local = new LocalBus();
  readonly #pool: pg.Pool;
  readonly #url: string;
  readonly #log: Log;
  #listener: pg.Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  private constructor(options: { pool: pg.Pool; url: string; log: Log }) {
    this.#pool = options.pool;
    this.#url = options.url;
    this.#log = options.log;
  }

  static async open(options: { pool: pg.Pool; url: string; log: Log }): Promise<PostgresBus> {
    const bus = new PostgresBus(options);
    await bus.#connect();
    return bus;
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({ connectionString: this.#url, keepAlive: true });
    let ended = false;
    const again = () => {
      if (ended || this.#closed) return;
      ended = true;
      this.#timer = setTimeout(() => void this.#reconnect(), reconnectAfterMs);
    };
    client.on('error', again);
    client.on('end', again);
    client.on('notification', (message) => void this.#local.publish(message.payload as Topic));
    await client.connect();
    await client.query(`listen ${channel}`);
    this.#listener = client;
  }

  async #reconnect(): Promise<void> {
    try {
      await this.#connect();
      this.#local.wakeEveryone();
    } catch (err) {
      this.#log.warn({ err }, 'the connection for wake-up calls is down');
      if (!this.#closed) this.#timer = setTimeout(() => void this.#reconnect(), reconnectAfterMs);
    }
  }

  async publish(topic: Topic): Promise<void> {
    try {
      await this.#pool.query('select pg_notify($1, $2)', [channel, topic]);
    } catch (err) {
      // Whoever waits for it looks again by itself after a while.
      this.#log.warn({ err, topic }, 'a wake-up call was lost');
    }
  }

  subscribe(topic: Topic, listener: () => void): () => void {
    return this.#local.subscribe(topic, listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#listener?.end();
    await this.#local.close();
  }
}
