export type RelativeUnit = 'second' | 'minute' | 'hour' | 'day';

/** `now` is within five seconds either way; `far` is further than 30 days, where a date says more. */
export type RelativeTime =
  | { readonly kind: 'now' }
  | { readonly kind: 'far' }
  | { readonly kind: 'past' | 'future'; readonly unit: RelativeUnit; readonly count: number };

const spans: readonly { readonly unit: RelativeUnit; readonly ms: number; readonly belowMs: number }[] = [
  { unit: 'second', ms: 1000, belowMs: 60_000 },
  { unit: 'minute', ms: 60_000, belowMs: 3_600_000 },
  { unit: 'hour', ms: 3_600_000, belowMs: 86_400_000 },
  { unit: 'day', ms: 86_400_000, belowMs: 30 * 86_400_000 },
];

/** How far `at` lies from `now`, in the largest unit that is at least one. Words are the caller's. Pure. */
export function relativeTime(at: Date, now: Date): RelativeTime {
  const distance = at.getTime() - now.getTime();
  const span = Math.abs(distance);
  if (span < 5000) return { kind: 'now' };
  const fit = spans.find((candidate) => span < candidate.belowMs);
  if (!fit) return { kind: 'far' };
  return { kind: distance < 0 ? 'past' : 'future', unit: fit.unit, count: Math.floor(span / fit.ms) };
}
