import 'server-only';
import type { ImageArchitecture, ImageFormat, ImageSystem, LibraryImage } from '@/lib/image';
import { Prisma } from '@/server/db/generated/client';
import { AppError } from '@/server/errors/app-error';

export const imageSelect = {
  id: true,
  name: true,
  system: true,
  format: true,
  architecture: true,
  url: true,
  sha256: true,
  checksumGiven: true,
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

export const imageNameTaken = (name: string, cause: unknown): AppError => {
  const sentence = `The library has an image ${name} already.`;
  return new AppError({
    code: 'image.name-taken',
    public: `${sentence} Choose another name.`,
    fieldErrors: { name: sentence },
    cause,
  });
};

/** Whether a row could not be written because its name is taken. */
export const isNameTaken = (error: unknown): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
