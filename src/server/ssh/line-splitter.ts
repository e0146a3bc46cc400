import { StringDecoder } from 'node:string_decoder';

/** A line longer than this is handed on in pieces, so that a stream without line feeds cannot fill the memory. */
const lineLengthMax = 64 * 1024;

/** Cuts a byte stream into lines of text, whole characters only, without line feed or a carriage return before it. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  readonly #onLine: (line: string) => void;
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#emit(line);
    if (this.#rest.length > lineLengthMax) {
      const piece = this.#rest;
      this.#rest = '';
      this.#emit(piece);
    }
  }

  /** Hands on a last line that had no line feed. */
  end(): void {
    const last = this.#rest + this.#decoder.end();
    this.#rest = '';
    if (last !== '') this.#emit(last);
  }

  #emit(line: string): void {
    this.#onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
  }
}
