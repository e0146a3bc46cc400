import 'server-only';
import { open } from 'node:fs/promises';
import { posix } from 'node:path';

import { formatBytes } from '@/lib/format/bytes';
import type { ImageArchitecture, ImageFormat, ImageSystem } from '@/lib/image';
import type { StepLog } from '@/lib/step-log';
import type { PlacedImage } from '@/server/drivers/driver';
import { AppError } from '@/server/errors/app-error';
import type { Hypervisor } from '@/server/hypervisors/hypervisor';
import { putFile } from '@/server/hypervisors/put-file';
import type { Runtime } from '@/server/runtime';
import { sh } from '@/server/ssh/shell';

import { ensureBytes, type ReadyImage } from './ensure-bytes';
import { imageNotFound } from './image-rows';
import { oneAtATime } from './one-at-a-time';

export interface Placing {
  readonly teamId: string;
  readonly imageId: string;
  readonly hypervisor: Hypervisor;
  readonly log: StepLog;
  readonly signal: AbortSignal;
}

/** What sending may take; a line that is slower is no way to place images. */
export const placeTimeoutMs = 6 * 60 * 60_000;
const sayEveryMs = 3000;
/** What stays free on the hypervisor host. */
const reservedBytes = 256 * 1024 * 1024;

const findReady = async (runtime: Runtime, { teamId, imageId }: Placing) => {
  const image = await runtime.database.prisma.image.findFirst({ where: { id: imageId, teamId } });
  if (!image) throw imageNotFound();
  const { sha256, sizeBytes } = image;
  if (image.state === 'ready' && sha256 !== null && sizeBytes !== null) return { ...image, sha256, sizeBytes };
  throw new AppError({
    code: 'image.not-ready',
    public: `The image ${image.name} is not complete yet. Look at it on the page of images.`,
  });
};

const isThere = async ({ hypervisor, signal }: Placing, path: string, sizeBytes: number): Promise<boolean> => {
  const script = sh`[ -f ${path} ] && [ "$(wc -c < ${path})" -eq ${String(sizeBytes)} ]`;
  const { exitCode } = await hypervisor.run({ name: `look for ${path}`, script, expect: [0, 1] }, signal);
  return exitCode === 0;
};

const diskFull = (name: string, numbers: string, cause?: unknown) =>
  new AppError({
    code: 'provision.disk-full',
    public: `The disk of the hypervisor host ${name} has too little room for the image${numbers}. Make room there, or remove copies of images that no machine uses.`,
    ...(cause !== undefined && { cause }),
  });

/** Throws provision.disk-full, with the numbers, before a byte is sent. */
const assertRoomThere = async ({ hypervisor, signal }: Placing, path: string, sizeBytes: number): Promise<void> => {
  const folder = posix.dirname(path);
  const script = sh`mkdir -p -- ${folder} && df -Pk -- ${folder} | awk 'NR == 2 { print $4 }' && { wc -c < ${`${path}.part`} || echo 0; } 2>/dev/null`;
  const { stdout } = await hypervisor.run({ name: `look for room in ${folder}`, script }, signal);
  const [freeKiB = 0, sentBefore = 0] = stdout.trim().split(/\s+/).map(Number);
  const [free, missing] = [freeKiB * 1024, sizeBytes - sentBefore];
  if (free - reservedBytes >= missing) return;
  throw diskFull(
    hypervisor.name,
    `: ${folder} has ${formatBytes(free)} free; ${formatBytes(missing)} are to come, and ${formatBytes(reservedBytes)} have to stay free`,
  );
};

interface Sent {
  readonly image: ReadyImage;
  readonly path: string;
}

const sayWaiting = ({ log, hypervisor }: Placing, image: { readonly name: string }) =>
  log.info(`${image.name} is being sent to ${hypervisor.name} for another job; waiting for it.`);

const send = async (runtime: Runtime, placing: Placing, { image, path }: Sent): Promise<void> => {
  const { hypervisor, log, signal } = placing;
  const sizeBytes = Number(image.sizeBytes);
  await assertRoomThere(placing, path, sizeBytes);
  const source = await open(await ensureBytes(runtime, image, placing));
  log.info(`Sending the image ${image.name} (${formatBytes(sizeBytes)}) to ${hypervisor.name}.`);
  let saidMs = runtime.clock.now().getTime();
  const onProgress = (sent: number) => {
    const nowMs = runtime.clock.now().getTime();
    if (nowMs - saidMs < sayEveryMs && sent < sizeBytes) return;
    saidMs = nowMs;
    log.info(`${formatBytes(sent)} of ${formatBytes(sizeBytes)} sent (${Math.floor((100 * sent) / sizeBytes)} %).`);
  };
  const read = async (offset: number, length: number) => {
    const { buffer, bytesRead } = await source.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  };
  try {
    const onWait = () => sayWaiting(placing, image);
    await putFile(hypervisor, { path, mode: 0o644, sizeBytes, sha256: image.sha256, read, onProgress, onWait }, signal);
  } catch (error) {
    // Somebody else may have filled it meanwhile.
    if (error instanceof AppError && /No space left on device/i.test(`${error.output ?? ''} ${error.internal ?? ''}`)) {
      throw diskFull(hypervisor.name, '', error);
    }
    throw error;
  } finally {
    await source.close();
  }
};

/**
 * Puts an image of the team's library on a hypervisor host, unless it is there: named after its SHA-256, so that two images with the
 * same bytes share a file. Several machines that are made at once wait for one sending: of one process here, else by what is seen there. Throws image.not-found, image.not-ready,
 * provision.disk-full, and what putFile throws.
 */
export async function placeImage(runtime: Runtime, placing: Placing): Promise<PlacedImage> {
  const { teamId, imageId, hypervisor, log, signal } = placing;
  const image = await findReady(runtime, placing);
  const sizeBytes = Number(image.sizeBytes);
  // Teams share nothing: what one removes must not be what another's disks stand on.
  const path = posix.join(hypervisor.folder, 'images', teamId, `${image.sha256}.${image.format}`);
  const onWait = () => sayWaiting(placing, image);
  await oneAtATime(`${hypervisor.id}:${path}`, { signal, onWait }, async () => {
    if (await isThere(placing, path, sizeBytes)) log.info(`The image ${image.name} is on ${hypervisor.name} already.`);
    else await send(runtime, placing, { image, path });
  });
  const place = { imageId, hypervisorHostId: hypervisor.id };
  const kept = { path, sha256: image.sha256, sizeBytes: image.sizeBytes };
  await runtime.database.prisma.imageCopy.upsert({
    where: { imageId_hypervisorHostId: place },
    create: { ...place, ...kept, teamId, placedAt: runtime.clock.now() },
    update: kept,
    select: { id: true },
  });
  return {
    path,
    system: image.system as ImageSystem,
    format: image.format as ImageFormat,
    architecture: image.architecture as ImageArchitecture,
    sizeBytes,
  };
}
