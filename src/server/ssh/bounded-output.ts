/** Keeps the beginning and the end of a stream that may be endless, `limitBytes` in all. */
export class BoundedOutput {
  readonly #half: number;
  readonly #head: Buffer[] = [];
  #headBytes = 0;
  #tail: Buffer[] = [];
  #tailBytes = 0;
  #leftOut = 0;

  constructor(limitBytes: number) {
    this.#half = Math.floor(limitBytes / 2);
  }

  /** How many bytes in the middle were let go. */
  get leftOutBytes(): number {
    return this.#leftOut;
  }

  push(chunk: Buffer): void {
    const room = Math.min(this.#half - this.#headBytes, chunk.length);
    if (room > 0) {
      this.#head.push(chunk.subarray(0, room));
      this.#headBytes += room;
    }
    if (room === chunk.length) return;
    this.#tail.push(chunk.subarray(room));
    this.#tailBytes += chunk.length - room;
    // Cutting at each chunk would copy the tail again and again: let it grow to twice its size first.
    if (this.#tailBytes > 2 * this.#half) this.#cut();
  }

  bytes(): Buffer {
    this.#cut();
    return Buffer.concat([...this.#head, ...this.#tail]);
  }

  /** UTF-8 text; a line tells where and how much was left out. */
  text(): string {
    this.#cut();
    const head = Buffer.concat(this.#head);
    const tail = Buffer.concat(this.#tail);
    if (this.#leftOut === 0) return Buffer.concat([head, tail]).toString('utf8');
    return `${head.toString('utf8')}\n[${this.#leftOut} bytes left out]\n${tail.toString('utf8')}`;
  }

  #cut(): void {
    const surplus = this.#tailBytes - this.#half;
    if (surplus <= 0) return;
    this.#tail = [Buffer.concat(this.#tail).subarray(surplus)];
    this.#tailBytes -= surplus;
    this.#leftOut += surplus;
  }
}
