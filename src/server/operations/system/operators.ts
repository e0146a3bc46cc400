import 'server-only';
import type { Transaction } from '@/server/db/database';
import { AppError } from '@/server/errors/app-error';
import { recordForUser } from '@/server/operations/audit/record-for-user';
import type { AccountContext } from '@/server/operations/session/account-context';

/** Somebody who runs the installation. */
export interface Operator {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/** Who runs the installation, by name. */
export function listOperators({ runtime }: Pick<AccountContext, 'runtime'>): Promise<Operator[]> {
  return runtime.database.prisma.user.findMany({
    where: { operator: true },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
    select: { id: true, name: true, email: true },
  });
}

/** One change of the operators at a time, so that two of them cannot remove each other. Until the transaction ends. */
const lockOperators = (tx: Transaction) =>
  tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended('operators', 0))`;

const assertOtherOperator = async (tx: Transaction, userId: string): Promise<void> => {
  if ((await tx.user.count({ where: { operator: true, id: { not: userId } } })) > 0) return;
  throw new AppError({
    code: 'operator.last',
    public: 'Somebody has to run the installation. Make another account an operator first.',
  });
};

/**
 * Makes an account an operator or takes it back; the event is in the audit trail of each of the person's teams.
 * Idempotent. Throws member.not-found, operator.last.
 */
export async function setOperator(
  ctx: AccountContext,
  { email, isOperator }: { email: string; isOperator: boolean },
): Promise<void> {
  const { runtime, signedIn, address, requestId } = ctx;
  await runtime.database.prisma.$transaction(async (tx) => {
    await lockOperators(tx);
    const user = await tx.user.findUnique({
      where: { email },
      select: { id: true, name: true, operator: true },
    });
    if (!user) {
      const sentence = 'There is no account with this address. The person has to join a team first.';
      throw new AppError({ code: 'member.not-found', public: sentence, fieldErrors: { email: sentence } });
    }
    if (user.operator === isOperator) return;
    if (!isOperator) await assertOtherOperator(tx, user.id);
    await tx.user.update({ where: { id: user.id }, data: { operator: isOperator }, select: { id: true } });
    await recordForUser(
      tx,
      { user, actor: signedIn.user, address, requestId },
      {
        action: isOperator ? 'operator.granted' : 'operator.withdrawn',
        target: { type: 'user', id: user.id, name: user.name },
        before: { operator: user.operator },
        after: { operator: isOperator },
      },
    );
  });
}
