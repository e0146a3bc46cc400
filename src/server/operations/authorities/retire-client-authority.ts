import 'server-only';
import type { Transaction } from '@/server/db/database';
import { retireAuthority } from '@/server/operations/pki/next-generation';
import type { Runtime } from '@/server/runtime';

import { enginesTrusting } from './engines-trusting';

/** What has to follow when a client CA is not trusted any more. */
export interface RetiredClients {
  /** Of the certificates that it had signed and that were live. */
  readonly fingerprints: readonly string[];
  /** Machines whose admission changes: those that admitted their holders, and engines that trust the CA. */
  readonly machineIds: readonly string[];
}

/** Retires a client CA and revokes what it has signed (superseded), in the caller's transaction. */
export async function retireClientAuthority(
  runtime: Runtime,
  tx: Transaction,
  authority: { readonly id: string; readonly teamId: string; readonly membershipId: string | null },
): Promise<RetiredClients> {
  const { id, teamId, membershipId } = authority;
  await retireAuthority(runtime, tx, { teamId, id });
  const revoked = await tx.certificate.updateManyAndReturn({
    where: { teamId, authorityId: id, kind: 'client', status: { in: ['active', 'suspended'] } },
    data: { status: 'revoked', revokedAt: runtime.clock.now(), reason: 'superseded' },
    select: { fingerprint: true, membershipId: true },
  });
  const holders = [...new Set(revoked.flatMap((row) => row.membershipId ?? []))];
  const admitting = await tx.machine.findMany({
    where: { teamId, state: { not: 'removing' }, admissions: { some: { membershipId: { in: holders } } } },
    select: { id: true },
  });
  const engines = await enginesTrusting(tx, teamId, membershipId ?? undefined);
  return {
    fingerprints: revoked.map((row) => row.fingerprint).sort(),
    machineIds: [...new Set([...admitting.map((row) => row.id), ...engines])],
  };
}
