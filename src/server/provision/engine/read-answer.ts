import type { IncomingMessage } from 'node:http';

export interface RawAnswer {
  readonly status: number;
  readonly body: string;
}

/** Reads an answer to its end, as UTF-8. Throws where it is larger than `bytesMax`. */
export async function readAnswer(answer: IncomingMessage, bytesMax: number): Promise<RawAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bytesMax) throw new Error(`the answer is larger than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return { status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') };
}
