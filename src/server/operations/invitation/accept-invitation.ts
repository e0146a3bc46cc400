import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import { hashPassword } from '@/server/auth/password';
import type { Transaction } from '@/server/db/database';
import { AppError } from '@/server/errors/app-error';
import { makeAuthority, storeAuthority } from '@/server/operations/pki/ensure-authority';
import type { AccountContext } from '@/server/operations/session/account-context';
import type { RequestContext } from '@/server/operations/team-context';
import { lockMembers } from '@/server/operations/team/member-rules';
import type { IssuedKeyPair } from '@/server/pki/ca';

import { getOffer, type Offer, takeOffer } from './invitation-rows';

export interface SignUpInput {
  readonly token: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

const assertAddressed = (offer: Offer, email: string): void => {
  if (offer.email === null || offer.email === email) return;
  const sentence = 'The invitation is for another email address.';
  throw new AppError({ code: 'auth.link-invalid', public: sentence, fieldErrors: { email: sentence } });
};

const emailTaken = () => {
  const sentence = 'This address has an account already. Sign in with it, then open the invitation again.';
  return new AppError({ code: 'member.email-taken', public: sentence, fieldErrors: { email: sentence } });
};

const makeClientAuthority = ({ runtime }: RequestContext, { team }: Offer, email: string) =>
  makeAuthority(runtime, {
    kind: 'client',
    teamName: team.name,
    email,
    keyBits: team.keyBits,
    caValidForDays: team.caValidForDays,
  });

interface Joining {
  readonly offer: Offer;
  readonly user: { readonly id: string; readonly name: string; readonly email: string };
  readonly made: IssuedKeyPair;
}

const join = async (ctx: RequestContext, tx: Transaction, { offer, user, made }: Joining): Promise<void> => {
  const { runtime, address, requestId } = ctx;
  const { team, role } = offer;
  const now = runtime.clock.now();
  await takeOffer(tx, offer, now);
  const membership = await tx.membership.create({
    data: { teamId: team.id, userId: user.id, role, createdAt: now },
    select: { id: true },
  });
  const subject = { kind: 'client', membershipId: membership.id } as const;
  await storeAuthority(runtime, tx, { teamId: team.id, subject, made });
  const actor = { userId: user.id, name: user.name, teamId: team.id, address, requestId };
  await recordAudit(tx, actor, {
    action: 'member.joined',
    target: { type: 'member', id: membership.id, name: user.name },
    after: { email: user.email, role, invitation: offer.id },
  });
};

/**
 * Makes an account by an invitation and joins its team, with a client CA of the member's own. The link is used up.
 * Throws auth.link-invalid, member.email-taken.
 */
export async function signUpByInvitation(ctx: RequestContext, input: SignUpInput): Promise<{ team: string }> {
  const { runtime } = ctx;
  const { prisma } = runtime.database;
  const { token, name, email, password } = input;
  const offer = await getOffer(prisma, { token, now: runtime.clock.now() });
  assertAddressed(offer, email);
  if ((await prisma.user.count({ where: { email } })) > 0) throw emailTaken();
  const [hash, made] = await Promise.all([hashPassword(password), makeClientAuthority(ctx, offer, email)]);
  const now = runtime.clock.now();
  await prisma.$transaction(async (tx) => {
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`email:${email}`}, 0))`;
    if ((await tx.user.count({ where: { email } })) > 0) throw emailTaken();
    const user = await tx.user.create({
      data: { name, email, createdAt: now, password: { create: { hash, changedAt: now } } },
      select: { id: true, name: true, email: true },
    });
    await join(ctx, tx, { offer, user, made });
  });
  return { team: offer.team.slug };
}

/** Joins a team by an invitation with the account that is signed in. Throws auth.link-invalid, member.already. */
export async function joinByInvitation(ctx: AccountContext, { token }: { token: string }): Promise<{ team: string }> {
  const { runtime, signedIn } = ctx;
  const { user } = signedIn;
  const { prisma } = runtime.database;
  const offer = await getOffer(prisma, { token, now: runtime.clock.now() });
  assertAddressed(offer, user.email);
  const assertNew = async (db: Pick<Transaction, 'membership'>) => {
    if ((await db.membership.count({ where: { teamId: offer.team.id, userId: user.id } })) === 0) return;
    throw new AppError({ code: 'member.already', public: `You are a member of ${offer.team.name} already.` });
  };
  await assertNew(prisma);
  const made = await makeClientAuthority(ctx, offer, user.email);
  await prisma.$transaction(async (tx) => {
    await lockMembers(tx, offer.team.id);
    await assertNew(tx);
    await join(ctx, tx, { offer, user, made });
  });
  return { team: offer.team.slug };
}
