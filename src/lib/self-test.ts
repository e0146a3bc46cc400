/**
 * What a self-test tries, in this order. `admitted` is the counter-proof: the canary certificate gets in before it is
 * revoked, so that a gate that refuses everybody does not pass.
 */
export const selfTestProbes = [
  'admitted',
  'fresh-tls12',
  'fresh-tls13',
  'resumed-tls12',
  'resumed-tls13',
  'held-stream',
  'foreign-ca',
  'no-certificate',
] as const;
export type SelfTestProbe = (typeof selfTestProbes)[number];

/**
 * refused: no request was answered. cut: a stream that was open has ended. admitted: a request was answered, or the stream
 * is still open. unknown: it could not be tried.
 */
export const selfTestOutcomes = ['refused', 'cut', 'admitted', 'unknown'] as const;
export type SelfTestOutcome = (typeof selfTestOutcomes)[number];

export interface SelfTestResult {
  readonly probe: SelfTestProbe;
  readonly outcome: SelfTestOutcome;
  /** From the moment the canary was revoked (of `admitted`: from the first packet) to the outcome. Null where it was not tried. */
  readonly ms: number | null;
  /** What was seen, in a sentence. */
  readonly detail: string;
}

/** What each probe must end with; anything else fails the test. Pure. */
export const wantedOutcome = (probe: SelfTestProbe): SelfTestOutcome =>
  probe === 'admitted' ? 'admitted' : probe === 'held-stream' ? 'cut' : 'refused';

/** True when every probe was tried and ended as it must. Pure. */
export const selfTestPassed = (results: readonly SelfTestResult[]): boolean =>
  selfTestProbes.every((probe) => results.some((row) => row.probe === probe && row.outcome === wantedOutcome(probe)));
