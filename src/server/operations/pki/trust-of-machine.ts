import 'server-only';
import { chainToTrustFile } from '@/server/pki/trust-file';
import type { Runtime } from '@/server/runtime';

import { ensureAuthority } from './ensure-authority';

/** What a machine's engine should trust: the client CAs of its admitted members, and the console's. */
export interface WantedTrust {
  readonly trustPem: string;
  readonly membershipIds: readonly string[];
}

/** The trust file of a machine, as its admission rows want it. In PEM, sorted, so that equal admissions give equal bytes. */
export async function trustOfMachine(
  runtime: Runtime,
  ref: { machineId: string; teamId: string },
): Promise<WantedTrust> {
  const admissions = await runtime.database.prisma.admission.findMany({
    where: { machineId: ref.machineId, teamId: ref.teamId },
    select: { membershipId: true },
  });
  const membershipIds = admissions.map((row) => row.membershipId);
  const subjects = [
    { kind: 'console' as const },
    ...membershipIds.map((membershipId) => ({ kind: 'client' as const, membershipId })),
  ];
  const pems: string[] = [];
  for (const subject of subjects) {
    const authority = await ensureAuthority({ runtime, teamId: ref.teamId }, subject);
    pems.push(authority.certificatePem);
  }
  return { trustPem: chainToTrustFile(pems), membershipIds };
}
