import 'server-only';
import { revocationReasons } from '@/lib/revocation';
import type { PrismaClient } from '@/server/db/generated/client';
import type { CrlEntry, CrlReason } from '@/server/pki/crl';

// A certificate stays on the lists until one has appeared after its end (RFC 5280 3.3); lists are valid for an hour.
const keptAfterEndMs = 2 * 60 * 60_000;

const reasonOf = (text: string | null): CrlReason =>
  revocationReasons.find((reason) => reason === text) ?? 'unspecified';

/**
 * What revocation lists of a team tell, by the id of the CA that signed: certificates that are revoked, and those on hold,
 * because they are suspended or their holder is.
 */
export async function takenCertificates(
  prisma: PrismaClient,
  { teamId, now }: { readonly teamId: string; readonly now: Date },
): Promise<ReadonlyMap<string, readonly CrlEntry[]>> {
  const rows = await prisma.certificate.findMany({
    where: {
      teamId,
      kind: { not: 'engine' },
      notAfter: { gt: new Date(now.getTime() - keptAfterEndMs) },
      OR: [{ status: { not: 'active' } }, { membership: { suspendedAt: { not: null } } }],
    },
    orderBy: { id: 'asc' },
    select: {
      authorityId: true,
      serial: true,
      status: true,
      revokedAt: true,
      reason: true,
      createdAt: true,
      membership: { select: { suspendedAt: true } },
    },
  });
  const taken = new Map<string, CrlEntry[]>();
  for (const { authorityId, serial, status, revokedAt, reason, createdAt, membership } of rows) {
    const entries = taken.get(authorityId) ?? [];
    taken.set(authorityId, entries);
    entries.push({
      serial,
      since: revokedAt ?? membership?.suspendedAt ?? createdAt,
      reason: status === 'revoked' ? reasonOf(reason) : 'certificateHold',
    });
  }
  return taken;
}
