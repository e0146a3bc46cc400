import 'server-only';
import { open } from 'node:fs/promises';
import { posix } from 'node:path';

import type { ImageArchitecture, ImageFormat, ImageSystem } from '@/lib/image';
import type { StepLog } from '@/lib/step-log';
import type { PlacedImage } from '@/server/drivers/driver';
import { AppError } from '@/server/errors/app-error';
import type { Hypervisor } from '@/server/hypervisors/hypervisor';
import { putFile } from '@/server/hypervisors/put-file';
import type { Runtime } from '@/server/runtime';
import { sh } from '@/server/ssh/shell';

import { imageFile } from './image-file';

export interface Placing {
  readonly teamId: string;
  readonly imageId: string;
  readonly hypervisor: Hypervisor;
  readonly log: StepLog;
  readonly signal: AbortSignal;
}

const findReady = async (runtime: Runtime, { teamId, imageId }: Placing) => {
  const image = await runtime.database.prisma.image.findFirst({ where: { id: imageId, teamId } });
  if (!image) {
    throw new AppError({
      code: 'image.not-found',
      public: 'The image is not in the library any more. Choose another.',
    });
  }
  const { sha256, sizeBytes } = image;
  if (image.state === 'ready' && sha256 !== null && sizeBytes !== null) return { ...image, sha256, sizeBytes };
  throw new AppError({
    code: 'image.not-ready',
    public: `The image ${image.name} is not complete yet. Look at it on the page of images.`,
  });
};

const isThere = async ({ hypervisor, signal }: Placing, path: string, sizeBytes: bigint): Promise<boolean> => {
  const script = sh`[ -f ${path} ] && [ "$(wc -c < ${path})" -eq ${String(sizeBytes)} ]`;
  const { exitCode } = await hypervisor.run({ name: `look for ${path}`, script, expect: [0, 1] }, signal);
  return exitCode === 0;
};

/**
 * Puts an image of the team's library on a hypervisor host, unless it is there: named after its SHA-256, so that two images with the
 * same bytes share a file. Throws image.not-found, image.not-ready, and what putFile throws.
 */
export async function placeImage(runtime: Runtime, placing: Placing): Promise<PlacedImage> {
  const { teamId, imageId, hypervisor, log, signal } = placing;
  const image = await findReady(runtime, placing);
  const sizeBytes = Number(image.sizeBytes);
  const path = posix.join(hypervisor.folder, 'images', `${image.sha256}.${image.format}`);
  if (await isThere(placing, path, image.sizeBytes)) {
    log.info(`The image ${image.name} is on ${hypervisor.name} already.`);
  } else {
    log.info(`Sending the image ${image.name} to ${hypervisor.name}.`);
    const source = await open(imageFile(runtime.env, imageId));
    try {
      await putFile(
        hypervisor,
        {
          path,
          mode: 0o644,
          sizeBytes,
          sha256: image.sha256,
          read: async (offset, length) => {
            const { buffer, bytesRead } = await source.read(Buffer.alloc(length), 0, length, offset);
            return buffer.subarray(0, bytesRead);
          },
          onProgress: (sent) => log.info(`${Math.floor((100 * sent) / sizeBytes)} % sent.`),
        },
        signal,
      );
    } finally {
      await source.close();
    }
  }
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
