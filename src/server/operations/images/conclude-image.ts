import 'server-only';
import { open, rename, rm } from 'node:fs/promises';

import type { ImageFormat } from '@/lib/image';
import { AppError } from '@/server/errors/app-error';
import type { Checksum } from '@/server/images/checksums';
import { digestFile } from '@/server/images/digest';
import { wrongFormat } from '@/server/images/sniff';

export interface Arrived {
  /** Where the bytes are now, and where they belong. Absolute, in one folder. */
  readonly part: string;
  readonly path: string;
  readonly name: string;
  readonly format: string;
  /** Null where nobody has said what it has to be. */
  readonly expected: Checksum | null;
  /** What to do where it is something else: a sentence. */
  readonly advice?: string;
  /** Called now and then while it is read. */
  readonly onRead?: () => Promise<void>;
}

const checkFormat = async ({ part, name, format }: Arrived): Promise<void> => {
  const file = await open(part);
  try {
    const problem = await wrongFormat(file, format as ImageFormat);
    if (problem === null) return;
    throw new AppError({ code: 'image.wrong-format', public: `${name}: ${problem} What arrived was deleted.` });
  } finally {
    await file.close();
  }
};

const compare = 'Compare the checksum with the one that its publisher shows, and try again with the right one.';

const checkSum = async ({ part, name, expected, advice = compare, onRead }: Arrived, signal: AbortSignal) => {
  const digests = await digestFile(part, signal, onRead);
  if (!expected || digests[expected.algorithm] === expected.value) return digests.sha256;
  const found = digests[expected.algorithm];
  const label = expected.algorithm === 'sha256' ? 'SHA-256' : 'SHA-512';
  throw new AppError({
    code: 'image.wrong-checksum',
    public: `${name} has the ${label} ${found}, and should have ${expected.value}. What arrived was deleted. ${advice}`,
  });
};

const refusals: ReadonlySet<string> = new Set(['image.wrong-format', 'image.wrong-checksum']);

/**
 * Looks at what has arrived and gives it its place; what is wrong is deleted. Out: its SHA-256. Throws image.wrong-format,
 * image.wrong-checksum, the signal's reason.
 */
export async function concludeImage(arrived: Arrived, signal: AbortSignal): Promise<string> {
  try {
    await checkFormat(arrived);
    const sha256 = await checkSum(arrived, signal);
    await rename(arrived.part, arrived.path);
    return sha256;
  } catch (error) {
    if (error instanceof AppError && refusals.has(error.code)) await rm(arrived.part, { force: true });
    throw error;
  }
}
