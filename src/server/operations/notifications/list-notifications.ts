import 'server-only';
import type { NotificationTone } from '@/server/db/generated/client';
import type { TeamContext } from '@/server/operations/team-context';

const shownMax = 50;

export interface NotificationView {
  readonly id: string;
  /** The key of its text in messages: `notifications.kinds.<kind>`. */
  readonly kind: string;
  readonly values: Readonly<Record<string, string | number>>;
  readonly tone: NotificationTone;
  /** A path in the console. */
  readonly href: string | null;
  readonly createdAt: Date;
  readonly readAt: Date | null;
}

/** The caller's newest notifications in this team, and how many of all are unread. */
export async function listNotifications({
  actor,
  db,
}: TeamContext): Promise<{ notifications: NotificationView[]; unread: number }> {
  const { membershipId } = actor;
  const [rows, unread] = await Promise.all([
    db.notification.findMany({
      where: { membershipId },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: shownMax,
      select: { id: true, kind: true, values: true, tone: true, href: true, createdAt: true, readAt: true },
    }),
    db.notification.count({ where: { membershipId, readAt: null } }),
  ]);
  const notifications = rows.map((row) => ({ ...row, values: row.values as Record<string, string | number> }));
  return { notifications, unread };
}
