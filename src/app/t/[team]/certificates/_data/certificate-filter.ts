import { parseFilter } from '@/lib/filter-terms';
import { type CertificateState, certificateStates } from '@/lib/revocation';

import type { CertificateQuery } from './types';

/** The kinds that a team's table tells apart. */
export const certificateKinds = ['client', 'engine', 'console', 'canary'] as const;
export type CertificateKind = (typeof certificateKinds)[number];

const sorts = ['issued', 'expires', 'owner', 'lastUsed'] as const;
type Sort = (typeof sorts)[number];

const wordsMax = 200;

const oneOf = <T extends string>(values: readonly T[], text: string | undefined): T | undefined =>
  values.find((value) => value === text);

/**
 * Reads the filter's text (`state=active kind=client ana laptop`): the last term of a key counts, since a certificate has one
 * state and one kind; everything else is looked for in owner, device, machine, serial and fingerprint. Pure.
 */
export function certificateFilterOf(text: string): Pick<CertificateQuery, 'state' | 'kind' | 'q'> {
  const terms = parseFilter(text).filter(({ value }) => value !== '');
  const last = (key: string) => terms.findLast((term) => term.key === key)?.value;
  const state: CertificateState | undefined = oneOf(certificateStates, last('state'));
  const kind = oneOf(certificateKinds, last('kind'));
  const q = terms
    .filter(({ key }) => key !== 'state' && key !== 'kind')
    .map(({ key, value }) => (key === null ? value : `${key}=${value}`))
    .join(' ')
    .slice(0, wordsMax);
  return { ...(state && { state }), ...(kind && { kind }), ...(q !== '' && { q }) };
}

/** Reads the order from the address: `expires`, or `-expires` for the latest first. Without one, the newest stand first. Pure. */
export function certificateOrderOf(text: string | null): { sort: Sort; order: 'asc' | 'desc' } {
  const sort = oneOf(sorts, text?.replace(/^-/, ''));
  if (!sort) return { sort: 'issued', order: 'desc' };
  return { sort, order: text?.startsWith('-') ? 'desc' : 'asc' };
}
