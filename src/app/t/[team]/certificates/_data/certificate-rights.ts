import { type Role, roleReaches } from '@/lib/role';

import type { CertificateRow } from './types';

type Judged = Pick<CertificateRow, 'kind' | 'state' | 'mine' | 'membership'>;

/** Why an act is not possible; a key under `certificates.whyNot`. */
export type WhyNot =
  | 'notClient'
  | 'needsAdmin'
  | 'alreadyRevoked'
  | 'expired'
  | 'alreadySuspended'
  | 'notSuspended'
  | 'holderGone';

type Act = 'revoke' | 'suspend' | 'resume' | 'reissue';

const stateForbids: Readonly<Record<Act, (state: CertificateRow['state']) => WhyNot | null>> = {
  revoke: (state) => (state === 'revoked' ? 'alreadyRevoked' : state === 'expired' ? 'expired' : null),
  suspend: (state) =>
    state === 'revoked'
      ? 'alreadyRevoked'
      : state === 'expired'
        ? 'expired'
        : state === 'suspended'
          ? 'alreadySuspended'
          : null,
  resume: (state) => (state === 'suspended' ? null : 'notSuspended'),
  reissue: () => null,
};

/**
 * Why somebody of this role may not do this to a certificate; null where they may. Members may take away their own, and
 * only an admin lets a suspended one in again. The server decides; this is what the buttons say. Pure.
 */
export function whyNot(act: Act, certificate: Judged, role: Role): WhyNot | null {
  if (certificate.kind !== 'client') return 'notClient';
  const isOwn = certificate.mine && roleReaches(role, 'member') && (act === 'revoke' || act === 'suspend');
  if (!isOwn && !roleReaches(role, 'admin')) return 'needsAdmin';
  if (act === 'reissue' && certificate.membership === null) return 'holderGone';
  return stateForbids[act](certificate.state);
}
