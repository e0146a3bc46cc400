import { createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { formatBytes } from '@/lib/format/bytes';
import type { Clock } from '@/server/clock/clock';
import { AppError } from '@/server/errors/app-error';

import { assertRoom } from './disk-room';
import { httpGet, PassingProblem } from './http-get';

export interface Begun {
  /** In bytes; null where the server does not say. */
  readonly sizeBytes: number | null;
  /** Names this version of the file: a strong ETag, or the time of its last change. Null where the server has neither. */
  readonly validator: string | null;
  /** Where the fetch goes on. */
  readonly offset: number;
}

export interface FileToFetch {
  readonly url: string;
  /** Absolute path; what is there already is gone on with where `validator` says that it is of the same file. */
  readonly path: string;
  readonly validator: string | null;
  readonly maxBytes: number;
  readonly mayAskItself: boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The server has answered; may be called again after a break. */
  readonly onBegin: (begun: Begun) => Promise<void>;
  readonly onProgress: (receivedBytes: number) => Promise<void>;
  /** Why it is tried again. */
  readonly onBreak: (why: string) => void;
}

const pausesMs = [1000, 2000, 5000, 10_000, 20_000] as const;

const sizeOf = async (path: string): Promise<number> => {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
};

const failed = (sentence: string, cause?: unknown) =>
  new AppError({ code: 'image.fetch-failed', public: sentence, ...(cause !== undefined && { cause }) });

const tooLarge = (bytes: number, maxBytes: number) =>
  new AppError({
    code: 'input.too-large',
    public: `The file has ${formatBytes(bytes)} or more; images may have ${formatBytes(maxBytes)} at most.`,
  });

const validatorOf = ({ headers }: IncomingMessage): string | null => {
  const { etag, 'last-modified': changed } = headers;
  return etag !== undefined && !etag.startsWith('W/') ? etag : (changed ?? null);
};

/** What part of which whole an answer brings. */
const readRange = (response: IncomingMessage): { offset: number; sizeBytes: number | null } => {
  const { 'content-range': range = '', 'content-length': length } = response.headers;
  if (response.statusCode !== 206) return { offset: 0, sizeBytes: length === undefined ? null : Number(length) };
  const [, from, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(range) ?? [];
  if (from === undefined) throw failed(`The server sends a part of the file that it does not name ("${range}").`);
  return { offset: Number(from), sizeBytes: total === '*' ? null : Number(total) };
};

/** Throws PassingProblem where the answer does not fit what is there: the next try begins anew. */
const beginAnew = async (file: FileToFetch, why: string): Promise<never> => {
  await rm(file.path, { force: true });
  throw new PassingProblem(failed(why));
};

async function receive(
  file: FileToFetch,
  response: IncomingMessage,
  known: { offset: number; validator: string | null },
) {
  const { path, maxBytes, onBegin, onProgress, signal } = file;
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw failed(`The server sends the file compressed (${encoding}), unasked.`);
  const { offset, sizeBytes } = readRange(response);
  if (offset !== 0 && offset !== known.offset) {
    return beginAnew(file, 'The server sends another part than it was asked for.');
  }
  if (sizeBytes !== null && sizeBytes > maxBytes) throw tooLarge(sizeBytes, maxBytes);
  if (sizeBytes !== null) await assertRoom(dirname(path), sizeBytes - offset);
  const validator = validatorOf(response) ?? (offset > 0 ? known.validator : null);
  await onBegin({ sizeBytes, validator, offset });
  let received = offset;
  await pipeline(
    response,
    async function* count(pieces: AsyncIterable<Buffer>) {
      for await (const piece of pieces) {
        received += piece.length;
        if (received > maxBytes) throw tooLarge(received, maxBytes);
        yield piece;
        await onProgress(received);
      }
    },
    createWriteStream(path, offset > 0 ? { flags: 'r+', start: offset } : { flags: 'w' }),
    { signal },
  );
  if (sizeBytes !== null && received !== sizeBytes) {
    throw new PassingProblem(failed(`Only ${formatBytes(received)} of ${formatBytes(sizeBytes)} arrived.`));
  }
  return received;
}

const problemOf = (error: unknown, signal: AbortSignal): unknown => {
  if (signal.aborted) return signal.reason;
  if (error instanceof AppError || error instanceof PassingProblem) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC') {
    return new AppError({
      code: 'provision.disk-full',
      public: "The console's data folder is full. Make room and retry.",
      cause: error,
    });
  }
  // What the file system says of the console's own folder is no fault of the server.
  if (code === 'EACCES' || code === 'EROFS' || code === 'EIO') return error;
  return new PassingProblem(failed(`The connection broke off (${code ?? message}).`, error));
};

async function attempt(file: FileToFetch, validator: string | null): Promise<number> {
  const offset = validator === null ? 0 : await sizeOf(file.path);
  const range = offset > 0 && validator !== null && { range: `bytes=${offset}-`, 'if-range': validator };
  const response = await httpGet({ ...file, ...(range && { headers: range }) });
  try {
    if (response.statusCode !== 416) return await receive(file, response, { offset, validator });
    // All of it is here already, or more than there is.
    if (response.headers['content-range'] === `bytes */${offset}`) return offset;
    return await beginAnew(file, 'The server has less of the file than is here already.');
  } finally {
    response.destroy();
  }
}

/**
 * Fetches a file, goes on where an earlier try has stopped as long as it is still the same file, and tries again where the
 * connection breaks: up to five times in a row without a byte. Out: its size in bytes. Throws image.fetch-failed, input.too-large,
 * provision.disk-full, or the signal's reason. Source: RFC 9110, 13.1.5 and 14.
 */
export async function fetchFile(file: FileToFetch): Promise<number> {
  await mkdir(dirname(file.path), { recursive: true });
  let validator = file.validator;
  let reached = 0;
  let tries = 0;
  for (;;) {
    try {
      return await attempt(
        {
          ...file,
          onBegin: async (begun) => {
            ({ validator } = begun);
            await file.onBegin(begun);
          },
        },
        validator,
      );
    } catch (thrown) {
      const problem = problemOf(thrown, file.signal);
      if (!(problem instanceof PassingProblem)) throw problem;
      const size = await sizeOf(file.path);
      tries = size > reached ? 0 : tries;
      reached = Math.max(reached, size);
      const pauseMs = pausesMs[tries];
      if (pauseMs === undefined) throw problem.told;
      tries += 1;
      file.onBreak(problem.message);
      await file.clock.sleep(pauseMs, file.signal);
    }
  }
}
