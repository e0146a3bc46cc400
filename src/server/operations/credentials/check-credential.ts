import 'server-only';
import { Prisma } from '@/server/db/generated/client';
import type { TeamContext } from '@/server/operations/team-context';

import { askProvider } from './ask-provider';
import { credentialNotFound, openCredential } from './open-credential';

/** Asks the provider about a credential as it is stored, and keeps what it says. Throws credential.not-found. */
export async function checkCredential(ctx: TeamContext, { id }: { id: string }) {
  const { runtime, actor, db } = ctx;
  const row = await db.credential.findFirst({ where: { id }, select: { driver: true, changedAt: true } });
  if (!row) throw credentialNotFound();
  const { driver, changedAt } = row;
  const values = await openCredential(runtime, { teamId: actor.teamId, id, driver });
  const { identity, error } = await askProvider(ctx, { driver, values });
  // Where somebody has changed the values meanwhile, theirs is the newer answer.
  await db.credential.updateMany({
    where: { id, changedAt },
    data: {
      checkedAt: runtime.clock.now(),
      failure: error?.public ?? null,
      ...(error === null && { identity: identity ?? Prisma.DbNull }),
    },
  });
  return { identity, failure: error?.public ?? null };
}
