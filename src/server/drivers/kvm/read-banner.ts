import type { Duplex } from 'node:stream';

import { AppError } from '@/server/errors/app-error';
import { attempt } from '@/server/ssh/attempt';
import type { Dial, SshEndpoint } from '@/server/ssh/dial';

const dialTimeoutMs = 5000;
const bannerTimeoutMs = 10_000;

const listen = (socket: Duplex, signal: AbortSignal): Promise<string | null> =>
  attempt<string | null>({
    signal,
    timeoutMs: bannerTimeoutMs,
    timeout: () => new AppError({ code: 'ssh.timeout', public: 'connected, and nothing is said' }),
    begin: ({ done }) => {
      let seen = '';
      socket.on('data', (chunk: Buffer) => {
        seen += chunk.toString('latin1');
        if (/^SSH-/m.test(seen)) done(null);
      });
      socket.once('error', (error) => done(error.message));
      // In user mode QEMU itself takes every connection, and ends it while nobody listens inside.
      socket.once('close', () => done('connected, and ended'));
      return () => undefined;
    },
  });

/** Null where an SSH server introduces itself, else why not. */
export async function readBanner(dial: Dial, endpoint: SshEndpoint, signal: AbortSignal): Promise<string | null> {
  let socket: Duplex | undefined;
  try {
    socket = await dial(endpoint, { signal, timeoutMs: dialTimeoutMs });
    return await listen(socket, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof AppError) || !error.code.startsWith('ssh.')) throw error;
    return error.code === 'ssh.timeout' ? 'nothing answers' : 'it refuses connections';
  } finally {
    // What it still says goes nowhere.
    socket?.on('error', () => undefined);
    socket?.destroy();
  }
}
