import 'server-only';
import type { ImageArchitecture, ImageFormat, ImageSystem, LibraryImage } from '@/lib/image';
import type { Prisma } from '@/server/db/generated/client';
import { AppError } from '@/server/errors/app-error';

export const imageSelect = {
  id: true,
  name: true,
  system: true,
  format: true,
  architecture: true,
  url: true,
  sha256: true,
  sizeBytes: true,
  receivedBytes: true,
  state: true,
  failure: true,
  createdByName: true,
  createdAt: true,
} satisfies Prisma.ImageSelect;

export type ImageRow = Prisma.ImageGetPayload<{ select: typeof imageSelect }>;

/** An image as it travels: sizes fit a number by far. */
export const libraryImageOf = ({ createdByName, ...row }: ImageRow): LibraryImage => ({
  ...row,
  system: row.system as ImageSystem,
  format: row.format as ImageFormat,
  architecture: row.architecture as ImageArchitecture,
  sizeBytes: row.sizeBytes === null ? null : Number(row.sizeBytes),
  receivedBytes: Number(row.receivedBytes),
  createdBy: createdByName,
});

export const imageNotFound = (): AppError =>
  new AppError({ code: 'image.not-found', public: 'The image is not in the library any more. Choose another.' });
