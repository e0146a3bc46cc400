import 'server-only';
import type { Prisma } from '@/server/db/generated/client';
import type { Runtime } from '@/server/runtime';

import { type AuthorityRow, authoritySelect, ensureAuthority } from './ensure-authority';

const openRotationSelect = {
  id: true,
  phase: true,
  formerAuthority: { select: authoritySelect },
  newAuthority: { select: authoritySelect },
} as const satisfies Prisma.RotationSelect;

/** Which CA signs for a machine's engine now, and the one before it where clients may still know only that one. */
export interface EngineSigner {
  readonly authority: AuthorityRow;
  /** The former CA while the team's engine CA is rotated and this machine has moved. */
  readonly former: AuthorityRow | null;
}

/**
 * The engine CA that signs for a machine. Without a rotation it is the newest. During one it is the machine's own: the former
 * until the machine is moved (a RotationMove says so), the new one for every machine once all have moved, and the former again
 * after a roll-back.
 */
export async function engineAuthorityOf(
  runtime: Runtime,
  { machineId, teamId }: { readonly machineId: string; readonly teamId: string },
): Promise<EngineSigner> {
  const { prisma } = runtime.database;
  const rotation = await prisma.rotation.findFirst({
    where: { teamId, kind: 'engine', finishedAt: null },
    select: { ...openRotationSelect, moves: { where: { machineId }, orderBy: { id: 'desc' }, take: 1 } },
  });
  if (!rotation) return { authority: await ensureAuthority({ runtime, teamId }, { kind: 'engine' }), former: null };
  const { phase, moves, formerAuthority, newAuthority } = rotation;
  const hasMoved = phase === 'moved' || (phase === 'moving' && moves[0]?.authorityId === newAuthority.id);
  return hasMoved ? { authority: newAuthority, former: formerAuthority } : { authority: formerAuthority, former: null };
}
