import 'server-only';
import type { Transaction } from '@/server/db/database';
import type { PrismaClient } from '@/server/db/generated/client';
import type { Runtime } from '@/server/runtime';

/** Engines that decide for themselves who gets in, or are about to. */
const engineDecides = { OR: [{ enforcement: 'engine' as const }, { enforcementWanted: 'engine' as const }] };

/**
 * Retires CAs whose certificate was just taken away, as far as they are of members whom an engine without a gate admits: it
 * trusts CAs, not certificates, so the CA has to go. Its successor is made when it is next needed (ensureAuthority), by the job
 * that brings the host up to date at the latest. In the transaction of the revocation.
 */
export async function retireKnownByEngines(
  runtime: Runtime,
  tx: Transaction,
  { teamId, authorityIds }: { readonly teamId: string; readonly authorityIds: readonly string[] },
): Promise<void> {
  await tx.authority.updateMany({
    where: {
      teamId,
      id: { in: [...authorityIds] },
      kind: 'client',
      retiredAt: null,
      membership: { admissions: { some: { machine: { state: { not: 'removing' }, ...engineDecides } } } },
    },
    data: { retiredAt: runtime.clock.now() },
  });
}

/**
 * Retires the CAs of these members that signed a certificate which is revoked or on hold and has not ended: no engine may be
 * told to trust such a one. Called before a trust file is made, because certificates may have been taken away while gates
 * alone were in use. One that was superseded does not count: its holder has both.
 */
export async function retireTainted(
  runtime: Runtime,
  db: Transaction | PrismaClient,
  { teamId, membershipIds }: { readonly teamId: string; readonly membershipIds: readonly string[] },
): Promise<void> {
  const now = runtime.clock.now();
  await db.authority.updateMany({
    where: {
      teamId,
      kind: 'client',
      membershipId: { in: [...membershipIds] },
      retiredAt: null,
      certificates: {
        some: {
          status: { not: 'active' },
          notAfter: { gt: now },
          OR: [{ reason: null }, { reason: { not: 'superseded' } }],
        },
      },
    },
    data: { retiredAt: now },
  });
}
