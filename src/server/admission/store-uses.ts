import 'server-only';
import type { Transaction } from '@/server/db/database';
import type { GateUse } from '@/server/provision/gate/admission';

interface Uses {
  readonly machineId: string;
  readonly teamId: string;
  readonly uses: readonly GateUse[];
  readonly at: Date;
}

/** Keeps when each certificate was last used on the machine and what it holds open; those never used have no row. */
export async function storeUses(tx: Transaction, { machineId, teamId, uses, at }: Uses): Promise<void> {
  const used = uses.filter((use) => use.lastUsedSecondsAgo !== null || use.openConnections > 0);
  const open = new Map(used.map((use) => [use.fingerprint, use]));
  const known = await tx.certificateUse.findMany({
    where: { machineId, teamId },
    select: { certificateId: true, lastUsedAt: true, openNow: true, certificate: { select: { fingerprint: true } } },
  });
  for (const row of known) {
    const use = open.get(row.certificate.fingerprint);
    open.delete(row.certificate.fingerprint);
    const openNow = use?.openConnections ?? 0;
    const lastUsedAt = use ? lastUse(use, at) : row.lastUsedAt;
    // The gate counts whole seconds, so a use that is not newer by more is the same one.
    if (openNow === row.openNow && lastUsedAt.getTime() < row.lastUsedAt.getTime() + 1500) continue;
    await tx.certificateUse.updateMany({
      where: { certificateId: row.certificateId, machineId, teamId },
      data: { openNow, lastUsedAt },
    });
  }
  if (open.size === 0) return;
  const certificates = await tx.certificate.findMany({
    where: { teamId, fingerprint: { in: [...open.keys()] } },
    select: { id: true, fingerprint: true },
  });
  await tx.certificateUse.createMany({
    data: certificates.flatMap(({ id, fingerprint }) => {
      const use = open.get(fingerprint);
      return use
        ? [{ certificateId: id, machineId, teamId, lastUsedAt: lastUse(use, at), openNow: use.openConnections }]
        : [];
    }),
    skipDuplicates: true,
  });
}

const lastUse = ({ openConnections, lastUsedSecondsAgo }: GateUse, at: Date): Date =>
  openConnections > 0 ? at : new Date(at.getTime() - (lastUsedSecondsAgo ?? 0) * 1000);
