'use client';

import { useCallback, useEffect, useRef, useState } from 'react';

import type { JobLogLine } from '@/lib/job';
import { useTRPCClient } from '@/trpc/client';

import type { LineRange } from './line-range';
import { chunkOf, type LogState, missingRange } from './log-state';

// Scrolling through a long log passes hundreds of chunks; only where it comes to rest is one worth fetching.
const restMs = 60;

export interface LogPages {
  /** The lines in sight could not be fetched. */
  readonly hasFailed: boolean;
  readonly retry: () => void;
  /** The lines of a range in order, fetched where they are not there yet. */
  readonly read: (range: LineRange) => Promise<readonly JobLogLine[]>;
}

export interface LogPagesOptions {
  readonly team: string;
  readonly job: string;
  readonly log: LogState;
  /** First and last line in sight; null while none is. */
  readonly shown: LineRange | null;
  readonly onLines: (lines: readonly JobLogLine[]) => void;
}

/** Reads back the lines that are in sight and not there yet, chunk by chunk. */
export function useLogPages({ team, job, log, shown, onLines }: LogPagesOptions): LogPages {
  const client = useTRPCClient();
  const fetching = useRef(new Map<number, Promise<readonly JobLogLine[]>>());
  const [failures, setFailures] = useState(0);
  const [hasFailed, setFailed] = useState(false);
  const latest = useRef({ log, onLines });
  useEffect(() => {
    latest.current = { log, onLines };
  });

  const fetchChunk = useCallback(
    (chunk: number): Promise<readonly JobLogLine[]> => {
      const range = missingRange(latest.current.log, chunk);
      if (!range) return Promise.resolve([]);
      const pending =
        fetching.current.get(chunk) ??
        client.jobs.log
          .query({ team, job, ...range })
          .then(({ lines }) => {
            latest.current.onLines(lines);
            return lines;
          })
          .finally(() => fetching.current.delete(chunk));
      fetching.current.set(chunk, pending);
      return pending;
    },
    [client, team, job],
  );
  const read = useCallback(
    async ({ from, to }: LineRange) => {
      const lines = new Map<number, JobLogLine>();
      for (let chunk = chunkOf(from); chunk <= chunkOf(to); chunk++) {
        const there = latest.current.log.chunks.get(chunk) ?? [];
        for (const line of [...there, ...(await fetchChunk(chunk))]) if (line) lines.set(line.seq, line);
      }
      return [...lines.values()].filter(({ seq }) => seq >= from && seq <= to).sort((a, b) => a.seq - b.seq);
    },
    [fetchChunk],
  );

  const first = shown ? chunkOf(shown.from) : -1;
  const last = shown ? chunkOf(shown.to) : -2;
  useEffect(() => {
    if (last < first) return;
    const timer = setTimeout(() => {
      const chunks = Array.from({ length: last - first + 1 }, (_, index) => fetchChunk(first + index));
      Promise.all(chunks).then(
        () => setFailed(false),
        // Why does not matter to the reader: the lines are not there, and a button asks again.
        () => setFailed(true),
      );
    }, restMs);
    return () => clearTimeout(timer);
  }, [fetchChunk, first, last, failures]);

  return { hasFailed, retry: useCallback(() => setFailures((count) => count + 1), []), read };
}
