/** What the bench asks its simulated hosts for: so many of them, or to tell when all have, or have no more, a certificate. */
export type SimulatedRequest =
  | { readonly kind: 'start'; readonly count: number }
  | { readonly kind: 'await'; readonly fingerprint: string; readonly admitted: boolean };

/** Times are those of now(). */
export type SimulatedMessage =
  | { readonly kind: 'started'; readonly ports: readonly number[] }
  | { readonly kind: 'settled'; readonly at: number };
