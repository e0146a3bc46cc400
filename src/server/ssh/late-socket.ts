import { Duplex } from 'node:stream';

import type { Dial, SshEndpoint } from './dial';

const dialTimeoutMs = 15_000;

/**
 * A stream that is there at once and stands when the dial has: for what wants a socket before it connects. What is written before
 * waits, a dial that fails ends it with its error, and destroying it gives the dial up.
 */
export class LateSocket extends Duplex {
  readonly #givingUp = new AbortController();
  #inner: Duplex | undefined;
  #whenOpen: ((inner: Duplex) => void) | undefined;

  constructor(dial: Dial, endpoint: SshEndpoint) {
    super();
    const open = async () =>
      this.#take(await dial(endpoint, { signal: this.#givingUp.signal, timeoutMs: dialTimeoutMs }));
    open().catch((error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))));
  }

  #take(inner: Duplex): void {
    this.#inner = inner;
    // Stays for good: an error without a listener would end the process.
    inner.on('error', (error) => this.destroy(error));
    if (this.destroyed) {
      inner.destroy();
      return;
    }
    inner.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) inner.pause();
    });
    inner.once('end', () => this.push(null));
    // Nothing can be written any more: what was read is still handed on, then this one is closed as well.
    inner.once('close', () => {
      if (this.readableEnded) {
        this.destroy();
        return;
      }
      this.once('end', () => this.destroy());
      this.push(null);
    });
    this.#whenOpen?.(inner);
  }

  /** Node writes and ends one after the other, so at most one of them waits. */
  #onceOpen(work: (inner: Duplex) => void): void {
    if (this.#inner) work(this.#inner);
    else this.#whenOpen = work;
  }

  override _read(): void {
    this.#inner?.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#onceOpen((inner) => {
      // The other side has said its last: TLS answers that with its own goodbye, which nobody waits for any more.
      if (inner.writableEnded || inner.destroyed) done();
      else inner.write(chunk, encoding, done);
    });
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#onceOpen((inner) => inner.end(() => done()));
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#givingUp.abort(new Error('nobody waits for the connection any more'));
    this.#inner?.destroy();
    done(error);
  }
}
