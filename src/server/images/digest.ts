import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

import type { Checksum } from './checksums';

/** Reads a file once and gives its digests, hexadecimal. */
export async function digestFile(
  path: string,
  signal: AbortSignal,
): Promise<Readonly<Record<Checksum['algorithm'], string>>> {
  const [sha256, sha512] = [createHash('sha256'), createHash('sha512')];
  for await (const piece of createReadStream(path, { signal, highWaterMark: 1024 * 1024 })) {
    sha256.update(piece as Buffer);
    sha512.update(piece as Buffer);
  }
  return { sha256: sha256.digest('hex'), sha512: sha512.digest('hex') };
}
