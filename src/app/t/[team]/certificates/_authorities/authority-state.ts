import type { Tone } from '@/app/_ui/tone';

export type AuthorityState = 'active' | 'retired' | 'expired';

export const authorityTones: Readonly<Record<AuthorityState, Tone>> = {
  active: 'ok',
  retired: 'off',
  expired: 'failed',
};

/** What a CA is good for now. A retired one that has expired as well is retired. Pure. */
export function authorityState(
  authority: { readonly retiredAt: Date | null; readonly notAfter: Date },
  nowMs: number,
): AuthorityState {
  if (authority.retiredAt) return 'retired';
  return authority.notAfter.getTime() <= nowMs ? 'expired' : 'active';
}
