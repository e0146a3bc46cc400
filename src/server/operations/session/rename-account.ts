import 'server-only';
import { recordForUser } from '@/server/operations/audit/record-for-user';

import type { AccountContext } from './account-context';

/** Changes the caller's own name. Certificates that carry the old one keep it. */
export async function renameAccount(ctx: AccountContext, { name }: { name: string }): Promise<void> {
  const { runtime, signedIn, address, requestId } = ctx;
  const { user } = signedIn;
  if (name === user.name) return;
  await runtime.database.prisma.$transaction(async (tx) => {
    await tx.user.update({ where: { id: user.id }, data: { name }, select: { id: true } });
    await recordForUser(
      tx,
      { user, address, requestId },
      {
        action: 'user.renamed',
        target: { type: 'user', id: user.id, name: user.name },
        before: { name: user.name },
        after: { name },
      },
    );
  });
}
