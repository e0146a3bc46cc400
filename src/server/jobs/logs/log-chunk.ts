import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

import type { JobLogLine } from '@/lib/job';
import type { LogSegment } from '@/lib/job-view';
import { packLines, unpackLines } from '@/lib/packed-lines';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Lines that a chunk holds at most: a page of the log is read from one or two of them. */
export const chunkLinesMax = 2000;

/** Which step wrote which of these lines, which follow each other. Pure. */
export function segmentsOf(lines: readonly Pick<JobLogLine, 'seq' | 'step'>[]): LogSegment[] {
  const segments: { step: number; from: number; to: number }[] = [];
  for (const { seq, step } of lines) {
    const last = segments.at(-1);
    if (last?.step === step && last.to === seq - 1) last.to = seq;
    else segments.push({ step, from: seq, to: seq });
  }
  return segments;
}

export const packChunk = async (lines: readonly JobLogLine[]): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await compress(packLines(lines)));

export const unpackChunk = async (packed: Uint8Array): Promise<readonly JobLogLine[]> =>
  unpackLines((await decompress(packed)).toString());
