import 'server-only';
import type { Role } from '@/lib/role';

import type { AccountContext } from './account-context';

export interface Me {
  readonly user: { readonly id: string; readonly name: string; readonly email: string };
  /** Runs the installation: sees the System page. */
  readonly isOperator: boolean;
  /** By name. */
  readonly teams: readonly { readonly slug: string; readonly name: string; readonly role: Role }[];
}

/** Who is signed in, and the teams that this person belongs to. */
export async function describeMe({ runtime, signedIn }: Pick<AccountContext, 'runtime' | 'signedIn'>): Promise<Me> {
  const memberships = await runtime.database.prisma.membership.findMany({
    where: { userId: signedIn.user.id },
    orderBy: { team: { name: 'asc' } },
    select: { role: true, team: { select: { slug: true, name: true } } },
  });
  const account = await runtime.database.prisma.user.findUnique({
    where: { id: signedIn.user.id },
    select: { operator: true },
  });
  const isOperator = account?.operator ?? false;
  return { user: signedIn.user, isOperator, teams: memberships.map(({ role, team }) => ({ ...team, role })) };
}
