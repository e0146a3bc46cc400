import 'server-only';
import type { Transaction } from '@/server/db/database';
import type { Prisma } from '@/server/db/generated/client';
import { AppError } from '@/server/errors/app-error';

export const authorityNames = {
  id: true,
  generation: true,
  fingerprint: true,
  notAfter: true,
  certificatePem: true,
} as const satisfies Prisma.AuthoritySelect;

export const rotationSelect = {
  id: true,
  teamId: true,
  kind: true,
  membershipId: true,
  phase: true,
  canaryMachineId: true,
  createdByName: true,
  startedAt: true,
  changedAt: true,
  finishedAt: true,
  formerAuthority: { select: authorityNames },
  newAuthority: { select: authorityNames },
} as const satisfies Prisma.RotationSelect;

export type RotationRow = Prisma.RotationGetPayload<{ select: typeof rotationSelect }>;

/** One after the other: held until the transaction ends by whatever changes a team's rotation. */
export async function lockRotations(tx: Transaction, teamId: string): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`rotation:${teamId}`}, 0))`;
}

/** The rotation that a team is in; it has one at a time. A roll-back that is not complete counts. */
export const findOpenRotation = (tx: Transaction, teamId: string): Promise<RotationRow | null> =>
  tx.rotation.findFirst({ where: { teamId, finishedAt: null }, select: rotationSelect });

/** Throws rotation.not-found, and rotation.wrong-phase for one that is over. */
export async function getOpenRotation(
  tx: Transaction,
  { id, teamId }: { readonly id: string; readonly teamId: string },
): Promise<RotationRow> {
  const rotation = await tx.rotation.findFirst({ where: { id, teamId }, select: rotationSelect });
  if (!rotation) {
    throw new AppError({ code: 'rotation.not-found', public: 'There is no such rotation in this team.' });
  }
  if (rotation.finishedAt) {
    throw new AppError({ code: 'rotation.wrong-phase', public: 'This rotation is over. Start a new one.' });
  }
  return rotation;
}

/** What a rotation is about, in words for the audit trail: "engine CA, generation 1 to 2". */
export const rotationName = ({ kind, formerAuthority, newAuthority }: RotationRow): string =>
  `${kind} CA, generation ${formerAuthority.generation} to ${newAuthority.generation}`;
