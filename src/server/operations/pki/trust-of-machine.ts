import 'server-only';
import { chainToTrustFile } from '@/server/pki/trust-file';
import type { Runtime } from '@/server/runtime';

import { ensureAuthority } from './ensure-authority';
import { retireTainted } from './retire-tainted';

/** What a machine's engine should trust: the client CAs of its admitted members, and the console's. */
export interface WantedTrust {
  readonly trustPem: string;
  readonly membershipIds: readonly string[];
}

/**
 * The trust file of a machine whose engine itself decides who gets in: the CAs, not retired, of its admitted members that are
 * not suspended, of the console, and those shared ones that came from docker-machine. In PEM, sorted, so that equal
 * admissions give equal bytes.
 */
export async function trustOfMachine(
  runtime: Runtime,
  ref: { machineId: string; teamId: string },
): Promise<WantedTrust> {
  const { prisma } = runtime.database;
  const { machineId, teamId } = ref;
  const admissions = await prisma.admission.findMany({
    where: { machineId, teamId, membership: { suspendedAt: null } },
    select: { membershipId: true },
  });
  const membershipIds = admissions.map((row) => row.membershipId);
  await ensureAuthority({ runtime, teamId }, { kind: 'console' });
  await retireTainted(runtime, prisma, { teamId, membershipIds });
  // A member's first CA is made with their first admission, so that their later certificate needs no change on the host.
  for (const membershipId of membershipIds) {
    await ensureAuthority({ runtime, teamId }, { kind: 'client', membershipId });
  }
  const authorities = await prisma.authority.findMany({
    where: {
      teamId,
      retiredAt: null,
      OR: [
        { kind: 'console' },
        { kind: 'client', membershipId: { in: membershipIds } },
        { kind: 'client', shared: true },
      ],
    },
    select: { certificatePem: true },
  });
  return { trustPem: chainToTrustFile(authorities.map((row) => row.certificatePem)), membershipIds };
}
