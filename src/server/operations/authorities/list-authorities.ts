import 'server-only';
import { X509Certificate } from 'node:crypto';

import type { AuthorityKind } from '@/server/db/generated/client';
import type { TeamContext } from '@/server/operations/team-context';

export interface AuthorityView {
  readonly id: string;
  readonly kind: AuthorityKind;
  readonly generation: number;
  /** "CN=…, O=…". */
  readonly subject: string;
  readonly fingerprint: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly imported: boolean;
  readonly shared: boolean;
  readonly retiredAt: Date | null;
  /** Whose certificates it signs; null for engines, the console, a shared CA and a member who is gone. */
  readonly membership: { readonly id: string; readonly name: string } | null;
  /** Live certificates that it has signed. */
  readonly signed: number;
}

/** A certificate's subject on one line, the most particular part first. */
export const subjectOf = (pem: string): string => new X509Certificate(pem).subject.split('\n').reverse().join(', ');

/** Every CA of the team, retired ones too: engine, console, then client CAs, each newest first. */
export async function listAuthorities({ db, runtime }: TeamContext): Promise<{ authorities: AuthorityView[] }> {
  const live = { status: 'active', notAfter: { gt: runtime.clock.now() } } as const;
  const rows = await db.authority.findMany({
    orderBy: [{ kind: 'asc' }, { membershipId: 'asc' }, { generation: 'desc' }],
    select: {
      id: true,
      kind: true,
      generation: true,
      certificatePem: true,
      fingerprint: true,
      notBefore: true,
      notAfter: true,
      imported: true,
      shared: true,
      retiredAt: true,
      membership: { select: { id: true, user: { select: { name: true } } } },
      _count: { select: { certificates: { where: live } } },
    },
  });
  return {
    authorities: rows.map(({ certificatePem, membership, _count, ...row }) => ({
      ...row,
      subject: subjectOf(certificatePem),
      membership: membership && { id: membership.id, name: membership.user.name },
      signed: _count.certificates,
    })),
  };
}
