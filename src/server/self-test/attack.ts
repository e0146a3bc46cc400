import { type SelfTestProbe, type SelfTestResult, selfTestProbes } from '@/lib/self-test';
import type { Clock } from '@/server/clock/clock';

import { callTimeoutMs, type Foothold } from './foothold';
import type { HeldStream } from './held-stream';
import type { SavedSession } from './saved-session';
import { type CallEnd, type ClientPair, type Target, type TlsCall, tryCall } from './tls-call';

/** How long a stream may go on after the host has confirmed the revocation. */
const heldDeadlineMs = 5000;

export interface Attackers {
  /** The revoked one. */
  readonly canary: ClientPair;
  /** Same subject and same names as the canary, signed by another CA. */
  readonly foreign: ClientPair;
  /** One that must still get in, or the host refuses everybody and the attacks prove nothing. */
  readonly bystander: ClientPair;
}

export interface Attack {
  readonly target: Target;
  readonly attackers: Attackers;
  readonly foothold: Foothold;
  /** Just before the revocation; all times count from here. */
  readonly revokedAt: Date;
  readonly clock: Clock;
  /** See heldDeadlineMs. */
  readonly heldMs?: number;
}

const since = (attack: Attack, at: Date): number => Math.max(0, at.getTime() - attack.revokedAt.getTime());

const answered = ({ status, resumed }: CallEnd & { kind: 'answered' }): string =>
  `${resumed ? 'The session was resumed and a' : 'A new connection was made and its'} request answered with status ${status}.`;

const tryProbe = async (attack: Attack, probe: SelfTestProbe, call: Omit<TlsCall, 'path'>): Promise<SelfTestResult> => {
  const ended = await tryCall(attack.target, { ...call, path: '/_ping' }, callTimeoutMs);
  const ms = since(attack, attack.clock.now());
  if (ended.kind === 'answered') return { probe, outcome: 'admitted', ms, detail: answered(ended) };
  return { probe, outcome: ended.kind, ms, detail: ended.why };
};

const tryResumed = async (attack: Attack, saved: SavedSession): Promise<SelfTestResult> => {
  const probe = saved.version === 'TLSv1.2' ? 'resumed-tls12' : 'resumed-tls13';
  const { version, session, offered } = saved;
  if (!session) {
    const { why } = saved;
    // Where not even an admitted certificate may speak this version, there is nothing to resume.
    if (saved.refused) return { probe, outcome: 'refused', ms: since(attack, attack.clock.now()), detail: why };
    return { probe, outcome: 'unknown', ms: null, detail: `There is no session from before. ${why}` };
  }
  const result = await tryProbe(attack, probe, { pair: attack.attackers.canary, version, session });
  return offered ? result : { ...result, detail: `No session to resume is offered. ${result.detail}` };
};

const watchHeld = async (attack: Attack, stream: HeldStream): Promise<SelfTestResult> => {
  const probe = 'held-stream';
  if (stream.opened.kind !== 'answered') {
    return { probe, outcome: 'unknown', ms: null, detail: `No stream could be opened before. ${stream.opened.why}` };
  }
  const timer = new AbortController();
  try {
    const { heldMs = heldDeadlineMs } = attack;
    const endedAt = await Promise.race([stream.ended, attack.clock.sleep(heldMs, timer.signal).then(() => null)]);
    if (!endedAt) {
      const detail = `The stream was still open ${heldMs / 1000} s after the host had confirmed.`;
      return { probe, outcome: 'admitted', ms: since(attack, attack.clock.now()), detail };
    }
    if (endedAt < attack.revokedAt) {
      return { probe, outcome: 'unknown', ms: null, detail: 'The stream ended by itself before the revocation.' };
    }
    return { probe, outcome: 'cut', ms: since(attack, endedAt), detail: 'The stream was ended by the host.' };
  } finally {
    timer.abort(new Error('the stream has ended'));
  }
};

// A host that lets nobody in refuses the canary too, and that is no proof.
const proven = async (attack: Attack, results: readonly SelfTestResult[]): Promise<SelfTestResult[]> => {
  const call = { pair: attack.attackers.bystander, path: '/_ping' };
  const ended = await tryCall(attack.target, call, callTimeoutMs);
  if (ended.kind === 'answered') return [...results];
  return results.map((result) =>
    result.outcome === 'refused' && result.probe !== 'admitted'
      ? {
          ...result,
          outcome: 'unknown',
          detail: `${result.detail} The console's own certificate did not get in either, so this proves nothing: ${ended.why}`,
        }
      : result,
  );
};

/**
 * Tries everything that could let a revoked certificate in, at once, after the host has confirmed the revocation. Answers
 * with one result per probe, in their order. Never throws for what the network does.
 */
export async function attack(input: Attack): Promise<SelfTestResult[]> {
  const { attackers, foothold } = input;
  const results = await Promise.all([
    Promise.resolve(foothold.admitted),
    tryProbe(input, 'fresh-tls12', { pair: attackers.canary, version: 'TLSv1.2' }),
    tryProbe(input, 'fresh-tls13', { pair: attackers.canary, version: 'TLSv1.3' }),
    ...foothold.sessions.map((saved) => tryResumed(input, saved)),
    watchHeld(input, foothold.stream),
    tryProbe(input, 'foreign-ca', { pair: attackers.foreign }),
    tryProbe(input, 'no-certificate', { pair: null }),
  ]);
  const order = (result: SelfTestResult) => selfTestProbes.indexOf(result.probe);
  return (await proven(input, results)).sort((one, other) => order(one) - order(other));
}
