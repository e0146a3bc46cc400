import 'server-only';
import type { Enforcement, MachineState, Prisma } from '@/server/db/generated/client';
import type { TeamDb } from '@/server/db/team-scope';
import type { TeamContext } from '@/server/operations/team-context';

import { getTakeable, membersOf } from './takeable-certificates';

export interface RevocationPreview {
  /** How many would be taken away. */
  readonly certificates: number;
  /** The machines that would refuse them. */
  readonly machines: readonly {
    readonly id: string;
    readonly name: string;
    readonly enforcement: Enforcement;
    readonly state: MachineState;
    readonly openNow: number;
  }[];
  /** Connections that would be ended, as far as gates count them. */
  readonly openConnections: number;
  /** Names of machines whose engine restarts, because it reads whom to trust at its start alone. */
  readonly needsRestart: readonly string[];
}

/** What taking away these certificates, or all of a member's, would do. Throws as revokeCertificates does. */
export async function previewRevocation(
  ctx: TeamContext,
  {
    ids = [],
    membershipId,
  }: { readonly ids?: readonly string[] | undefined; readonly membershipId?: string | undefined },
): Promise<RevocationPreview> {
  const { db } = ctx;
  const now = ctx.runtime.clock.now();
  const ofMember =
    membershipId === undefined
      ? []
      : await db.certificate.findMany({ where: { membershipId, kind: 'client' }, select: { id: true } });
  const found = await getTakeable(db, ctx, [...ids, ...ofMember.map(({ id }) => id)]);
  const certificates = found.filter(({ status }) => status !== 'revoked');
  const admitted = certificates.filter(({ status, notAfter }) => status === 'active' && notAfter > now);
  const effect = await previewMachines(db, {
    membershipIds: membersOf(admitted),
    certificates: { id: { in: admitted.map(({ id }) => id) } },
  });
  return { certificates: certificates.length, ...effect };
}

/** The machines that admit these members, with what the certificates hold open there. */
export async function previewMachines(
  db: TeamDb,
  of: { readonly membershipIds: readonly string[]; readonly certificates: Prisma.CertificateWhereInput },
): Promise<Omit<RevocationPreview, 'certificates'>> {
  const rows = await db.machine.findMany({
    where: { state: { not: 'removing' }, admissions: { some: { membershipId: { in: [...of.membershipIds] } } } },
    orderBy: { name: 'asc' },
    select: {
      id: true,
      name: true,
      enforcement: true,
      state: true,
      certificateUses: { where: { certificate: of.certificates }, select: { openNow: true } },
    },
  });
  const machines = rows.map(({ certificateUses, ...machine }) => ({
    ...machine,
    openNow: certificateUses.reduce((sum, use) => sum + use.openNow, 0),
  }));
  return {
    machines,
    openConnections: machines.reduce((sum, machine) => sum + machine.openNow, 0),
    needsRestart: machines.filter(({ enforcement }) => enforcement === 'engine').map(({ name }) => name),
  };
}
