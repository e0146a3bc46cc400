import 'server-only';
import { paths } from '@/lib/paths';
import { roleReaches } from '@/lib/role';
import { recordAudit } from '@/server/audit/record-audit';
import { hashOneTimeToken, makeOneTimeToken } from '@/server/auth/one-time-token';
import type { Transaction } from '@/server/db/database';
import type { TeamDb } from '@/server/db/team-scope';
import { AppError } from '@/server/errors/app-error';
import { notify } from '@/server/operations/notifications/notify';
import type { TeamContext } from '@/server/operations/team-context';

import { type IssuedToMember, signForCaller } from './sign-for-member';

const lifetimeMs = 3 * 24 * 60 * 60_000;

/** What a link needs to be still open, as a database condition. Pure. */
export const openReissueLinks = (now: Date) => ({ usedAt: null, withdrawnAt: null, expiresAt: { gt: now } });

/** Whom a link is for: the holder and device of a certificate, or a member and a device's name. */
export type ReissueTarget =
  | { readonly certificateId: string }
  | { readonly membershipId: string; readonly deviceName: string };

export interface NewReissueLink {
  /** The link's path. It is told here and to the member, and never again: the console keeps a hash of its secret. */
  readonly url: string;
  readonly expiresAt: Date;
}

/**
 * Makes a link by which a member makes a new key for a device in their own browser, valid for three days and once. Only that
 * member, signed in, can use it, so it may be sent over any channel. The member is notified. Throws certificate.not-found,
 * member.not-found, certificate.wrong-state (the holder has left), auth.forbidden (a viewer holds no certificates).
 */
export async function createReissueLink(ctx: TeamContext, target: ReissueTarget): Promise<NewReissueLink> {
  const { runtime, actor, db } = ctx;
  const now = runtime.clock.now();
  const expiresAt = new Date(now.getTime() + lifetimeMs);
  const token = makeOneTimeToken();
  const url = paths.reissue(actor.teamSlug, token);
  await db.$transaction(async (tx) => {
    const { membershipId, deviceName } = await placeOf(tx, target);
    const member = await tx.membership.findFirst({
      where: { id: membershipId },
      select: { role: true, user: { select: { name: true, email: true } } },
    });
    if (!member) throw new AppError({ code: 'member.not-found', public: 'This member is not in the team any more.' });
    if (!roleReaches(member.role, 'member')) {
      const sentence = 'Viewers hold no certificates. Give this member the role member first.';
      throw new AppError({ code: 'auth.forbidden', public: sentence });
    }
    const link = await tx.reissueLink.create({
      data: {
        teamId: actor.teamId,
        membershipId,
        deviceName,
        tokenHash: hashOneTimeToken(token),
        createdById: actor.userId,
        createdByName: actor.name,
        createdAt: now,
        expiresAt,
      },
      select: { id: true },
    });
    await recordAudit(tx, actor, {
      action: 'certificate.reissue-offered',
      target: { type: 'reissue-link', id: link.id, name: `${member.user.email} on ${deviceName}` },
      after: { expiresAt: expiresAt.toISOString() },
    });
    if (membershipId === actor.membershipId) return;
    await notify(tx, {
      teamId: actor.teamId,
      to: { membershipIds: [membershipId] },
      kind: 'reissue-link',
      values: { device: deviceName, by: actor.name },
      tone: 'attention',
      href: url,
      cause: `reissue:${link.id}`,
      at: now,
    });
  });
  await runtime.bus.publish(`team:${actor.teamId}`);
  return { url, expiresAt };
}

async function placeOf(tx: Transaction, target: ReissueTarget) {
  if (!('certificateId' in target)) return target;
  const certificate = await tx.certificate.findFirst({
    where: { id: target.certificateId, kind: 'client' },
    select: { membershipId: true, deviceName: true, device: { select: { name: true } } },
  });
  if (!certificate) throw new AppError({ code: 'certificate.not-found', public: 'The team has no such certificate.' });
  const deviceName = certificate.deviceName ?? certificate.device?.name;
  if (certificate.membershipId === null || deviceName === undefined) {
    const sentence = 'Its holder has left the team, so nobody could use the link.';
    throw new AppError({ code: 'certificate.wrong-state', public: sentence });
  }
  return { membershipId: certificate.membershipId, deviceName };
}

export interface OpenReissueLink {
  readonly id: string;
  readonly membership: { readonly id: string; readonly name: string; readonly email: string };
  readonly deviceName: string;
  readonly createdByName: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** The links that can still be used, newest first. */
export async function listReissueLinks({ runtime, db }: TeamContext): Promise<OpenReissueLink[]> {
  const rows = await db.reissueLink.findMany({
    where: openReissueLinks(runtime.clock.now()),
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    select: {
      id: true,
      deviceName: true,
      createdByName: true,
      createdAt: true,
      expiresAt: true,
      membership: { select: { id: true, user: { select: { name: true, email: true } } } },
    },
  });
  return rows.map(({ membership, ...link }) => ({ ...link, membership: { id: membership.id, ...membership.user } }));
}

/** Withdraws an open link. Throws reissue.not-found. */
export async function withdrawReissueLink({ runtime, actor, db }: TeamContext, { id }: { id: string }): Promise<void> {
  const now = runtime.clock.now();
  await db.$transaction(async (tx) => {
    const [link] = await tx.reissueLink.updateManyAndReturn({
      where: { id, ...openReissueLinks(now) },
      data: { withdrawnAt: now },
      select: { deviceName: true },
    });
    if (!link) {
      throw new AppError({ code: 'reissue.not-found', public: 'This link was used or withdrawn, or it has expired.' });
    }
    await recordAudit(tx, actor, {
      action: 'certificate.reissue-withdrawn',
      target: { type: 'reissue-link', id, name: link.deviceName },
    });
  });
}

const invalid = () =>
  new AppError({
    code: 'auth.link-invalid',
    public: 'This link is not yours, was used or withdrawn, or has expired. Ask an admin of the team for a new one.',
  });

const findOwn = async (db: TeamDb | Transaction, { runtime, actor }: TeamContext, token: string) => {
  const link = await db.reissueLink.findFirst({
    where: {
      tokenHash: hashOneTimeToken(token),
      membershipId: actor.membershipId,
      ...openReissueLinks(runtime.clock.now()),
    },
    select: { id: true, deviceName: true, expiresAt: true },
  });
  if (!link) throw invalid();
  return link;
};

/** What a link is for; only the member whom it is for may look. Throws auth.link-invalid. */
export async function describeReissueLink(
  ctx: TeamContext,
  { token }: { token: string },
): Promise<{ deviceName: string; expiresAt: Date }> {
  const { deviceName, expiresAt } = await findOwn(ctx.db, ctx, token);
  return { deviceName, expiresAt };
}

/** Signs for the key that the link's member has made, and uses the link up. Throws auth.link-invalid, and as signForCaller. */
export async function redeemReissueLink(
  ctx: TeamContext,
  { token, csrPem }: { token: string; csrPem: string },
): Promise<IssuedToMember> {
  const { id, deviceName } = await findOwn(ctx.db, ctx, token);
  return signForCaller(ctx, { deviceName, csrPem }, async (tx) => {
    const now = ctx.runtime.clock.now();
    const { count } = await tx.reissueLink.updateMany({
      where: { id, ...openReissueLinks(now) },
      data: { usedAt: now },
    });
    // Somebody with the same link was quicker; what was signed goes with the transaction.
    if (count === 0) throw invalid();
    return {};
  });
}
