import 'server-only';
import type { StepLog } from '@/lib/step-log';
import { AppError } from '@/server/errors/app-error';
import type { Runtime } from '@/server/runtime';

import { concludeImage } from './conclude-image';
import { fetchBytes } from './fetch-bytes';
import { imageFile, partFile, sizeOfFile } from './image-file';
import { oneAtATime } from './one-at-a-time';

export interface ReadyImage {
  readonly id: string;
  readonly name: string;
  readonly format: string;
  readonly url: string | null;
  readonly sha256: string;
  readonly sizeBytes: bigint;
}

const notHere = ({ name }: ReadyImage) =>
  new AppError({
    code: 'image.not-ready',
    public: `${name} was uploaded, and its bytes are not in this process's data folder. Workers have to share the folder of the web process; after a restore, remove the image and upload it again.`,
  });

/**
 * The file of an image in this process's data folder. A worker that does not have it, or a console that was restored from a backup, fetches
 * it again from its address, and takes only the same bytes. Throws image.not-ready where it was uploaded, and what
 * fetchBytes and concludeImage throw.
 */
export async function ensureBytes(
  runtime: Runtime,
  image: ReadyImage,
  { log, signal }: { readonly log: StepLog; readonly signal: AbortSignal },
): Promise<string> {
  const { env } = runtime;
  const path = imageFile(env, image.id);
  const isHere = async () => (await sizeOfFile(path)) === Number(image.sizeBytes);
  if (await isHere()) return path;
  const { url, name, format, sha256 } = image;
  if (url === null) throw notHere(image);
  const onWait = () => log.info(`${name} is being fetched for another job.`);
  return oneAtATime(path, { signal, onWait }, async () => {
    if (await isHere()) return path;
    log.info(`${name} is not in the data folder of this process.`);
    const part = partFile(env, image.id);
    const none = () => Promise.resolve();
    await fetchBytes(runtime, { url, path: part, validator: null, log, signal, onBegin: none, onProgress: none });
    const advice = 'Its address gives another file by now: add that as an image of its own.';
    await concludeImage({ part, path, name, format, expected: { algorithm: 'sha256', value: sha256 }, advice }, signal);
    return path;
  });
}
