import 'server-only';
import { hashPassword } from '@/server/auth/password';
import type { Transaction } from '@/server/db/database';
import { createTeam, makeTeamAuthorities } from '@/server/operations/team/create-team';
import type { Runtime } from '@/server/runtime';

import { isSetupOpen, lockSetup, removeSetupToken } from './setup-state';

export interface FirstAccount {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly team: { readonly name: string; readonly slug: string };
  readonly address?: string | undefined;
  readonly requestId?: string | undefined;
  /** Looked at inside the transaction, under the lock; throw to refuse. */
  readonly check?: (tx: Transaction) => Promise<void>;
}

/** Makes the first account and its team; null when there is an account already. Of callers side by side one succeeds. */
export async function createFirstAccount(runtime: Runtime, input: FirstAccount): Promise<{ slug: string } | null> {
  const { name, email, password, team, address, requestId, check } = input;
  const [hash, authorities] = await Promise.all([
    hashPassword(password),
    makeTeamAuthorities(runtime, { teamName: team.name, ownerEmail: email }),
  ]);
  const createdAt = runtime.clock.now();
  return runtime.database.prisma.$transaction(async (tx) => {
    await lockSetup(tx);
    if (!(await isSetupOpen(tx))) return null;
    await check?.(tx);
    const owner = await tx.user.create({
      data: { name, email, createdAt, operator: true, password: { create: { hash, changedAt: createdAt } } },
      select: { id: true, name: true },
    });
    await removeSetupToken(tx);
    return createTeam(runtime, tx, { ...team, owner, authorities, address, requestId });
  });
}
