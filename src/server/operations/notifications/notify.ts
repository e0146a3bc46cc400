import 'server-only';
import type { Transaction } from '@/server/db/database';
import type { NotificationTone } from '@/server/db/generated/client';

/** Every kind of notification, with the values that its text (`notifications.kinds.<kind>` in messages) names. */
export interface NotificationValues {
  /** To the holder: a certificate of theirs ends within a week. */
  readonly 'certificate-expiring': { readonly device: string; readonly days: number };
  /** To the holder: somebody else took a certificate of theirs away, holds it back, or gave it back. */
  readonly 'certificate-revoked': { readonly device: string; readonly by: string };
  readonly 'certificate-suspended': { readonly device: string; readonly by: string };
  readonly 'certificate-resumed': { readonly device: string; readonly by: string };
  /** To the member whom it invites to make a new key. */
  readonly 'reissue-link': { readonly device: string; readonly by: string };
  /** To everybody: the team's ca.pem has another CA in it. */
  readonly 'engine-ca-introduced': { readonly generation: number };
  /** To the member whose client CA is replaced: these devices need a new certificate. */
  readonly 'client-ca-introduced': { readonly devices: string };
  /** To admins. */
  readonly 'self-test-failed': { readonly machine: string };
  readonly 'machine-behind': { readonly machine: string; readonly minutes: number };
  readonly 'engine-renewal-failed': { readonly machine: string; readonly reason: string };
}

export type NotificationKind = keyof NotificationValues;

export interface Notice<Kind extends NotificationKind> {
  readonly teamId: string;
  /** Who is told; `admins` are the team's owners and admins. */
  readonly to: 'admins' | 'everybody' | { readonly membershipIds: readonly string[] };
  readonly kind: Kind;
  readonly values: NotificationValues[Kind];
  readonly tone: NotificationTone;
  /** A path in the console (src/lib/paths.ts) where something can be done about it. */
  readonly href: string | null;
  /** What brought it up, such as `self-test:<machine id>`: the same cause again renews the notification, and it is unread again. */
  readonly cause: string;
  /** Tell of this cause once: who was told already is left alone. */
  readonly once?: boolean;
  /** Default: now, by the system's clock. */
  readonly at?: Date;
}

const recipients = async (tx: Transaction, teamId: string, to: Notice<NotificationKind>['to']): Promise<string[]> => {
  const rows = await tx.membership.findMany({
    where: {
      teamId,
      ...(to === 'admins' && { role: { in: ['owner', 'admin'] } }),
      ...(typeof to === 'object' && { id: { in: [...to.membershipIds] } }),
    },
    orderBy: { id: 'asc' },
    select: { id: true },
  });
  return rows.map((row) => row.id);
};

/**
 * Tells members something that they should know and did not do themselves, in the transaction of what happened. After the
 * commit the caller publishes `team:<id>` on the bus, so that open pages show it. Members of other teams are left out.
 */
export async function notify<Kind extends NotificationKind>(tx: Transaction, notice: Notice<Kind>): Promise<void> {
  const { teamId, kind, values, tone, href, cause, once = false, at = new Date() } = notice;
  const content = { kind, values: { ...values }, tone, href, createdAt: at, readAt: null };
  for (const membershipId of await recipients(tx, teamId, notice.to)) {
    await tx.notification.upsert({
      where: { membershipId_cause: { membershipId, cause } },
      create: { teamId, membershipId, cause, ...content },
      update: once ? {} : content,
      select: { id: true },
    });
  }
}
