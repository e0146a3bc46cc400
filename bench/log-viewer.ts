import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';

import superjson from 'superjson';

import type { JobLogLine } from '@/lib/job';
import type { JobEvent } from '@/lib/job-view';
import { unpackLines } from '@/lib/packed-lines';

/** A viewer of a job's log as a browser is one, without a browser: one stream of server-sent events. */
export interface LogViewer {
  /** From a line's own time to its arrival, in milliseconds, for each line. */
  readonly latenciesMs: readonly number[];
  readonly lines: number;
  readonly textBytes: number;
  /** Everything that came over the connection, headers included. */
  receivedBytes(): number;
  /** Resolves when the job has ended and all of its log is here. */
  readonly ended: Promise<void>;
  close(): void;
}

const eventOf = (data: string): JobEvent | null => {
  if (!data.startsWith('{')) return null;
  const message: unknown = superjson.deserialize(JSON.parse(data) as Parameters<typeof superjson.deserialize>[0]);
  const event = typeof message === 'object' && message !== null && 'data' in message ? message.data : message;
  return typeof event === 'object' && event !== null && 'lastSeq' in event ? (event as JobEvent) : null;
};

const textBytesOf = ({ text }: JobLogLine): number => Buffer.byteLength(text) + 1;

/** Follows a job from its first line. Resolves when the stream is open. */
export async function viewLog(
  url: string,
  { team, job, cookie }: { readonly team: string; readonly job: string; readonly cookie: string },
): Promise<LogViewer> {
  const input = encodeURIComponent(JSON.stringify({ json: { team, job, afterSeq: 0 } }));
  const request = get(`${url}/api/trpc/jobs.watch?input=${input}`, {
    headers: { cookie, accept: 'text/event-stream' },
    agent: false,
  });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`the stream was answered with ${response.statusCode}`);
  const latenciesMs: number[] = [];
  let textBytes = 0;
  const take = ({ lines, job: seen }: JobEvent): boolean => {
    const nowMs = Date.now();
    for (const line of lines === undefined ? [] : unpackLines(lines)) {
      latenciesMs.push(nowMs - line.atMs);
      textBytes += textBytesOf(line);
    }
    return seen !== undefined && ['succeeded', 'failed', 'cancelled'].includes(seen.state);
  };
  const follow = async (): Promise<void> => {
    let rest = '';
    let isEnded = false;
    for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        const event = part.startsWith('data: ') ? eventOf(part.slice('data: '.length)) : null;
        if (event && take(event)) isEnded = true;
      }
    }
    if (!isEnded) throw new Error('the stream ended before the job');
  };
  const ended = follow();
  ended.catch(() => undefined);
  return {
    latenciesMs,
    get lines() {
      return latenciesMs.length;
    },
    get textBytes() {
      return textBytes;
    },
    receivedBytes: () => response.socket.bytesRead,
    ended,
    close: () => void request.destroy(),
  };
}
