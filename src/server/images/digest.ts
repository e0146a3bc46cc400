import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

import type { Checksum } from './checksums';

/** Reads a file once and gives its digests, hexadecimal. `onRead` is called now and then, as long as it goes on. */
export async function digestFile(
  path: string,
  signal: AbortSignal,
  onRead?: () => Promise<void>,
): Promise<Readonly<Record<Checksum['algorithm'], string>>> {
  const [sha256, sha512] = [createHash('sha256'), createHash('sha512')];
  for await (const piece of createReadStream(path, { signal, highWaterMark: 1024 * 1024 })) {
    sha256.update(piece as Buffer);
    sha512.update(piece as Buffer);
    await onRead?.();
  }
  return { sha256: sha256.digest('hex'), sha512: sha512.digest('hex') };
}
