import type { SelfTestResult } from '@/lib/self-test';
import type { Clock } from '@/server/clock/clock';

import { type HeldStream, holdStream } from './held-stream';
import { type SavedSession, saveSession } from './saved-session';
import { type ClientPair, type Target, tryCall } from './tls-call';

/** For connecting, handshake and answer together. */
export const callTimeoutMs = 5000;

/** What the canary has in hand when it is revoked: the proof that it got in, sessions to resume, a stream that is open. */
export interface Foothold {
  readonly admitted: SelfTestResult;
  readonly sessions: readonly SavedSession[];
  readonly stream: HeldStream;
  close(): void;
}

const tryAdmitted = async (target: Target, canary: ClientPair, clock: Clock): Promise<SelfTestResult> => {
  const startedAt = clock.now().getTime();
  const ended = await tryCall(target, { pair: canary, path: '/_ping' }, callTimeoutMs);
  const ms = clock.now().getTime() - startedAt;
  if (ended.kind === 'answered') {
    const detail = `Before it was revoked, the engine answered the canary's request with status ${ended.status}.`;
    return { probe: 'admitted', outcome: ended.status === 200 ? 'admitted' : 'unknown', ms, detail };
  }
  return { probe: 'admitted', outcome: ended.kind, ms, detail: ended.why };
};

/** Lets the canary in, as often as the attacks need it. Everything is held until `close`. */
export async function gainFoothold(target: Target, canary: ClientPair, clock: Clock): Promise<Foothold> {
  const admitted = await tryAdmitted(target, canary, clock);
  const sessions = await Promise.all(
    (['TLSv1.2', 'TLSv1.3'] as const).map((version) =>
      saveSession(target, { pair: canary, version, timeoutMs: callTimeoutMs }),
    ),
  );
  const stream = await holdStream(target, { pair: canary, timeoutMs: callTimeoutMs, clock });
  return { admitted, sessions, stream, close: () => stream.close() };
}
