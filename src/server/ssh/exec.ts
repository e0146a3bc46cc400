import { constants } from 'node:os';

import type { Client, ClientChannel } from 'ssh2';

import { attempt } from './attempt';
import { BoundedOutput } from './bounded-output';
import type { OutputStream } from './command-runner';
import { MarkedStream } from './launch';
import { LineSplitter } from './line-splitter';

export interface ExecRequest {
  readonly commandLine: string;
  /** What the script prints on both streams before its own output; see launch.ts. */
  readonly mark: string;
  /** Sent to the command line's standard input, which is then closed. */
  readonly stdin?: Buffer;
  readonly outputBytesMax: number;
  readonly onLine?: (stream: OutputStream, line: string) => void;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly timeout: () => Error;
  /** Called when the deadline or an abort ends the wait while the script still runs; `pid` is its shell's. */
  readonly onAbandoned: (channel: ClientChannel, pid: number | undefined) => void;
  /** Called once, when the channel is closed or was never opened. */
  readonly onClosed: () => void;
}

export interface ExecResult {
  /** False when something before the script refused: sudo, or the account's login shell. */
  readonly hasStarted: boolean;
  /** Undefined when the channel closed without saying. 128 + n when signal n ended the script, as shells count. */
  readonly exitCode: number | undefined;
  readonly stdout: BoundedOutput;
  readonly stderr: BoundedOutput;
  /** What both streams held before the script started. */
  readonly noise: string;
}

/** The server declined to open a session: it allows fewer at once than we asked for, or none at all. */
export class SessionDenied extends Error {}

/** There is no connection any more to open a session over. */
export class NotConnected extends Error {}

/** A process left behind may hold the output open: this long after the exit and the last byte, nobody waits for it. */
const lingerMs = 1500;

const signalNumbers = constants.signals as Readonly<Record<string, number>>;

function collect(request: ExecRequest, stream: OutputStream, onStart: (rest: string) => void) {
  const output = new BoundedOutput(request.outputBytesMax);
  const { onLine } = request;
  const lines = onLine && new LineSplitter((line) => onLine(stream, line));
  let isMuted = false;
  const marked = new MarkedStream(request.mark, {
    onStart,
    onData: (chunk) => {
      if (isMuted) return;
      output.push(chunk);
      lines?.push(chunk);
    },
  });
  const end = () => !isMuted && lines?.end();
  const mute = () => {
    isMuted = true;
  };
  return { output, marked, end, mute };
}

/**
 * Runs one command line in a session of its own: one request, no retry. Rejects with SessionDenied, NotConnected, the
 * request's timeout error, the signal's reason, or whatever `onLine` throws. The connection's end closes the channel,
 * which shows as a missing exit code.
 */
export function exec(client: Client, request: ExecRequest): Promise<ExecResult> {
  return attempt<ExecResult>({
    signal: request.signal,
    timeoutMs: request.timeoutMs,
    timeout: request.timeout,
    begin: ({ done, fail }) => {
      let channel: ClientChannel | undefined;
      let isAbandoned = false;
      let pid: number | undefined;
      let exitCode: number | undefined;
      let linger: NodeJS.Timeout | undefined;

      const stdout = collect(request, 'stdout', (rest) => {
        pid = Number(rest);
        if (isAbandoned && channel) request.onAbandoned(channel, pid);
      });
      const stderr = collect(request, 'stderr', () => undefined);

      const abandon = () => {
        isAbandoned = true;
        stdout.mute();
        stderr.mute();
        if (channel) request.onAbandoned(channel, pid);
      };
      const guard = (work: () => void) => {
        try {
          work();
        } catch (error) {
          abandon();
          fail(error instanceof Error ? error : new Error(String(error)));
        }
      };
      const feed = (from: typeof stdout) => (chunk: Buffer) => {
        linger?.refresh();
        guard(() => from.marked.push(chunk));
      };

      const open = (error: Error | undefined, session: ClientChannel) => {
        if (error) {
          request.onClosed();
          fail(new SessionDenied(error.message, { cause: error }));
          return;
        }
        channel = session;
        session.on('data', feed(stdout));
        session.stderr.on('data', feed(stderr));
        session.on('error', fail);
        session.on('exit', (code: number | null, signalName?: string) => {
          exitCode = code ?? 128 + (signalNumbers[signalName ?? ''] ?? 0);
          linger = setTimeout(() => session.close(), lingerMs);
        });
        session.once('close', () => {
          clearTimeout(linger);
          request.onClosed();
          guard(() => {
            stdout.end();
            stderr.end();
          });
          done({
            hasStarted: pid !== undefined,
            exitCode,
            stdout: stdout.output,
            stderr: stderr.output,
            noise: stdout.marked.noise + stderr.marked.noise,
          });
        });
        if (isAbandoned) request.onAbandoned(session, undefined);
        else session.end(request.stdin);
      };

      try {
        client.exec(request.commandLine, open);
      } catch (error) {
        // ssh2 throws, instead of calling back, once the connection has ended.
        request.onClosed();
        fail(new NotConnected('the connection has ended', { cause: error }));
      }
      return abandon;
    },
  });
}
