import 'server-only';
import { formatBytes } from '@/lib/format/bytes';
import { imageMaxBytes } from '@/lib/image';
import type { StepLog } from '@/lib/step-log';
import { type Begun, fetchFile } from '@/server/images/fetch-file';
import type { Runtime } from '@/server/runtime';

const sayEveryMs = 3000;

export interface BytesToFetch {
  readonly url: string;
  readonly path: string;
  /** What the server called the version that is at `path` in part. */
  readonly validator: string | null;
  readonly log: StepLog;
  readonly signal: AbortSignal;
  readonly onBegin: (begun: Begun) => Promise<void>;
  /** Called at most once a second. */
  readonly onProgress: (receivedBytes: number) => Promise<void>;
}

const percent = (part: number, whole: number | null): string =>
  whole === null || whole === 0 ? '' : ` of ${formatBytes(whole)} (${Math.floor((100 * part) / whole)} %)`;

/** Fetches an image with its progress in the log. Throws what fetchFile throws. */
export async function fetchBytes(runtime: Runtime, wanted: BytesToFetch): Promise<number> {
  const { url, path, validator, log, signal, onBegin, onProgress } = wanted;
  const { clock, env } = runtime;
  let whole: number | null = null;
  let said = { atMs: clock.now().getTime(), bytes: 0 };
  let toldMs = 0;
  log.info(`Fetching ${url}`);
  const size = await fetchFile({
    url,
    path,
    validator,
    maxBytes: imageMaxBytes,
    mayAskItself: env.development,
    clock,
    signal,
    onBegin: async (begun) => {
      whole = begun.sizeBytes;
      said = { atMs: clock.now().getTime(), bytes: begun.offset };
      if (begun.offset > 0) log.info(`Going on after ${formatBytes(begun.offset)}.`);
      log.info(whole === null ? 'The server does not say how large it is.' : `It has ${formatBytes(whole)}.`);
      await onBegin(begun);
    },
    onProgress: async (received) => {
      const nowMs = clock.now().getTime();
      if (nowMs - said.atMs >= sayEveryMs) {
        const rate = ((received - said.bytes) * 1000) / (nowMs - said.atMs);
        log.info(`${formatBytes(received)}${percent(received, whole)}, ${formatBytes(rate)}/s.`);
        said = { atMs: nowMs, bytes: received };
      }
      if (nowMs - toldMs < 1000) return;
      toldMs = nowMs;
      await onProgress(received);
    },
    onBreak: (why) => log.info(`${why} Trying again.`),
  });
  log.info(`${formatBytes(size)} are here.`);
  return size;
}
