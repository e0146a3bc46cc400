import 'server-only';
import type { MachineState } from '@/lib/machine';
import type { Transaction } from '@/server/db/database';

import type { RotationRow } from './rotation-rows';

/** A machine's place between two engine CAs. */
export interface MachineProgress {
  readonly id: string;
  readonly name: string;
  readonly state: MachineState;
  /** It has a certificate of this CA that counts; while it is being moved, of both. */
  readonly hasFormer: boolean;
  readonly hasNew: boolean;
}

/** Whether the machine is served with a certificate of the new CA alone. */
export const hasMoved = ({ hasFormer, hasNew }: MachineProgress): boolean => hasNew && !hasFormer;

/**
 * The machines that a rotation of the engine CA is about, by name: those with a certificate of either CA. Machines whose
 * creation failed are left out; they get a certificate of the right CA when it is tried again.
 */
export async function machineProgress(tx: Transaction, rotation: RotationRow): Promise<MachineProgress[]> {
  const { teamId, formerAuthority, newAuthority } = rotation;
  const rows = await tx.machine.findMany({
    where: { teamId, state: { notIn: ['failed', 'removing'] } },
    orderBy: { name: 'asc' },
    select: {
      id: true,
      name: true,
      state: true,
      certificates: {
        where: { kind: 'engine', status: 'active', authorityId: { in: [formerAuthority.id, newAuthority.id] } },
        select: { authorityId: true },
      },
    },
  });
  return rows.flatMap(({ certificates, ...machine }) => {
    if (certificates.length === 0) return [];
    const has = (id: string) => certificates.some(({ authorityId }) => authorityId === id);
    return [{ ...machine, hasFormer: has(formerAuthority.id), hasNew: has(newAuthority.id) }];
  });
}

/** Who still needs something of the former CA. */
export interface MemberProgress {
  readonly membershipId: string;
  readonly name: string;
  readonly hasNewCa: boolean;
}

/**
 * Of the engine CA: every member who holds a live certificate, and whether their ca.pem has the new CA. Of a client CA: its
 * member, and whether none of their live certificates is of the former CA.
 */
export async function memberProgress(tx: Transaction, rotation: RotationRow, now: Date): Promise<MemberProgress[]> {
  const { teamId, kind, membershipId, formerAuthority, newAuthority } = rotation;
  const live = { kind: 'client', status: 'active', notAfter: { gt: now } } as const;
  const rows = await tx.membership.findMany({
    where: { teamId, ...(kind === 'client' ? { id: membershipId ?? '' } : { certificates: { some: live } }) },
    orderBy: { user: { name: 'asc' } },
    select: {
      id: true,
      engineCaGeneration: true,
      user: { select: { name: true } },
      certificates: { where: { ...live, authorityId: formerAuthority.id }, take: 1, select: { id: true } },
    },
  });
  return rows.map((row) => ({
    membershipId: row.id,
    name: row.user.name,
    hasNewCa: kind === 'client' ? row.certificates.length === 0 : row.engineCaGeneration >= newAuthority.generation,
  }));
}
