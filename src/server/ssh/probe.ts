import type { Duplex } from 'node:stream';

import { attempt, deadlineIn } from './attempt';
import { type Dial, dial as dialDirectly, type Limits, type SshEndpoint } from './dial';
import { handshake } from './handshake';
import { bannerLine, describeFailure } from './handshake-failure';
import { type PresentedHostKey, trustOnFirstUse } from './host-key';
import { printable } from './printable';

export { type Limits, resolveName, type SshEndpoint } from './dial';

const since = (startedAt: number) => Math.round(performance.now() - startedAt);

/** Where a probe looks from: left out, from the console. */
export interface ProbeLimits extends Limits {
  readonly dial?: Dial | undefined;
}

/** Opens a TCP connection and closes it. Out: milliseconds until it stood. Throws as `dial` does. */
export async function probeTcp(endpoint: SshEndpoint, limits: ProbeLimits): Promise<{ ms: number }> {
  const startedAt = performance.now();
  const { dial = dialDirectly } = limits;
  const socket = await dial(endpoint, limits);
  socket.destroy();
  return { ms: since(startedAt) };
}

const bannerBytesMax = 8192;

/**
 * Reads the line with which a server says that it speaks SSH ("SSH-2.0-OpenSSH_9.2p1 Debian-2"), and says nothing
 * itself. Lines before it are allowed (RFC 4253, 4.2). Throws ssh.not-ssh, and as `dial` does.
 */
export async function probeBanner(endpoint: SshEndpoint, limits: ProbeLimits): Promise<{ banner: string; ms: number }> {
  const startedAt = performance.now();
  const left = deadlineIn(limits.timeoutMs);
  const { dial = dialDirectly } = limits;
  const socket = await dial(endpoint, limits);
  try {
    const banner = await readBanner(socket, endpoint, { signal: limits.signal, timeoutMs: left() });
    return { banner, ms: since(startedAt) };
  } finally {
    socket.destroy();
  }
}

function readBanner(socket: Duplex, endpoint: SshEndpoint, { signal, timeoutMs }: Limits): Promise<string> {
  let seen = '';
  const failure = (deadlineMs?: number, cause?: Error) =>
    describeFailure(
      { stage: 'banner', seen, notice: '', methodsLeft: undefined, isPartial: false },
      { endpoint, user: undefined, cause, ...(deadlineMs && { timeoutMs: deadlineMs }) },
    );
  return attempt<string>({
    signal,
    timeoutMs,
    timeout: () => failure(timeoutMs),
    begin: ({ done, fail }) => {
      socket.on('data', (chunk: Buffer) => {
        seen += chunk.toString('latin1');
        const line = bannerLine.exec(seen)?.[1];
        if (line !== undefined) done(printable(line, 255));
        else if (seen.length > bannerBytesMax) fail(failure());
      });
      socket.once('error', (error) => fail(failure(undefined, error)));
      socket.once('close', () => fail(failure()));
      return () => undefined;
    },
  });
}

/**
 * Asks for the host's key without signing in; the host has proven that it owns the key. `preferredTypes` (the pinned
 * ones) are asked for first. Throws ssh.not-ssh, ssh.algorithms-unsupported, ssh.connection-lost, and as `dial` does.
 */
export async function fetchHostKey(
  endpoint: SshEndpoint,
  limits: ProbeLimits & { readonly preferredTypes?: readonly string[] },
): Promise<PresentedHostKey> {
  const left = deadlineIn(limits.timeoutMs);
  const { dial = dialDirectly } = limits;
  const socket = await dial(endpoint, limits);
  const hostKey = { ...trustOnFirstUse(() => undefined), preferredTypes: limits.preferredTypes ?? [] };
  const handshaken = await handshake(socket, { endpoint, hostKey }, { signal: limits.signal, timeoutMs: left() });
  handshaken.client.destroy();
  return handshaken.hostKey;
}
