/** All PEM: what an engine shows, and whose clients it admits. */
export interface EngineTls {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/**
 * What the bench asks its simulated hosts for: so many of them, with an engine or without; to tell when all have, or have no
 * more, a certificate; to have something happen to one of them.
 */
export type SimulatedRequest =
  | { readonly kind: 'start'; readonly count: number; readonly engine?: EngineTls }
  | { readonly kind: 'await'; readonly fingerprint: string; readonly admitted: boolean }
  | { readonly kind: 'break'; readonly index: number; readonly how: 'stop' | 'freeze' };

/** Times are those of now(). */
export type SimulatedMessage =
  | { readonly kind: 'started'; readonly ports: readonly number[]; readonly enginePorts: readonly number[] }
  | { readonly kind: 'settled'; readonly at: number }
  | { readonly kind: 'broken'; readonly at: number };
