import 'server-only';
import { paths } from '@/lib/paths';
import type { NotificationTone } from '@/server/db/generated/client';
import type { TeamContext } from '@/server/operations/team-context';

import { subjectOf } from './list-authorities';

export interface RadarItem {
  /** Of the CA or certificate. */
  readonly id: string;
  readonly what: 'ca' | 'engine' | 'client' | 'console';
  readonly name: string;
  readonly detail: string;
  /** When it ends, or has ended. */
  readonly at: Date;
  readonly tone: NotificationTone;
  /** The console renews it in time without anybody. */
  readonly renewsItself: boolean;
  readonly href: string | null;
}

const dayMs = 86_400_000;
const aheadMs = 90 * dayMs;
/** An expired client certificate was missed by somebody if it was used this shortly before. */
const usedWithinMs = 30 * dayMs;
const rowsMax = 500;

interface Lifetime {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const toneOf = (at: Date, now: Date): NotificationTone => {
  const days = (at.getTime() - now.getTime()) / dayMs;
  if (days <= 7) return 'failed';
  return days <= 30 ? 'attention' : 'info';
};

/** What renews itself is nobody's business until the console is late with it. `share`: of its life, when that is due. */
const toneOfRenewed = ({ notBefore, notAfter }: Lifetime, share: number, now: Date): NotificationTone => {
  const dueAt = notBefore.getTime() + (notAfter.getTime() - notBefore.getTime()) * share;
  return now.getTime() < dueAt ? 'info' : toneOf(notAfter, now);
};

const authorities = async ({ db, actor }: TeamContext, now: Date): Promise<RadarItem[]> => {
  const rows = await db.authority.findMany({
    where: { retiredAt: null, notAfter: { lt: new Date(now.getTime() + aheadMs) } },
    orderBy: { notAfter: 'asc' },
    take: rowsMax,
    select: { id: true, kind: true, generation: true, notAfter: true, certificatePem: true, imported: true },
  });
  return rows.map((row) => ({
    id: row.id,
    what: 'ca',
    name: subjectOf(row.certificatePem),
    detail: `${row.kind} CA, generation ${row.generation}${row.imported ? ', imported' : ''}`,
    at: row.notAfter,
    tone: toneOf(row.notAfter, now),
    renewsItself: false,
    href: paths.certificates(actor.teamSlug, { tab: 'authorities' }),
  }));
};

const engines = async ({ db, actor }: TeamContext, now: Date): Promise<RadarItem[]> => {
  const rows = await db.certificate.findMany({
    where: {
      kind: 'engine',
      status: 'active',
      notAfter: { lt: new Date(now.getTime() + aheadMs) },
      machine: { state: { notIn: ['failed', 'removing'] } },
    },
    orderBy: { notAfter: 'asc' },
    take: rowsMax,
    select: {
      id: true,
      subject: true,
      notBefore: true,
      notAfter: true,
      machine: { select: { name: true, state: true } },
    },
  });
  return rows.flatMap(({ machine, ...row }) => {
    if (!machine) return [];
    const renewsItself = machine.state === 'running' || machine.state === 'degraded';
    return {
      id: row.id,
      what: 'engine',
      name: machine.name,
      detail: row.subject,
      at: row.notAfter,
      tone: renewsItself ? toneOfRenewed(row, 2 / 3, now) : toneOf(row.notAfter, now),
      renewsItself,
      href: paths.machine(actor.teamSlug, machine.name, 'engine'),
    };
  });
};

const clientSelect = {
  id: true,
  notAfter: true,
  holderName: true,
  deviceName: true,
  membershipId: true,
  deviceId: true,
  membership: { select: { user: { select: { name: true } } } },
  device: { select: { name: true } },
  uses: { orderBy: { lastUsedAt: 'desc' }, take: 1, select: { lastUsedAt: true } },
} as const;

const clients = async ({ db, actor }: TeamContext, now: Date): Promise<RadarItem[]> => {
  const rows = await db.certificate.findMany({
    where: {
      kind: 'client',
      status: 'active',
      membershipId: { not: null },
      notAfter: { lt: new Date(now.getTime() + aheadMs), gt: new Date(now.getTime() - usedWithinMs) },
    },
    orderBy: { notAfter: 'desc' },
    take: rowsMax,
    select: clientSelect,
  });
  const live = new Set(rows.filter((row) => row.notAfter > now).map((row) => row.deviceId));
  // An ended certificate matters where something used it until then, and its device has no other.
  const matters = (row: (typeof rows)[number]): boolean => {
    if (row.notAfter > now) return true;
    const [last] = row.uses;
    return last !== undefined && !(row.deviceId !== null && live.has(row.deviceId));
  };
  return rows.filter(matters).map((row) => ({
    id: row.id,
    what: 'client',
    name: row.membership?.user.name ?? row.holderName ?? '',
    detail: row.device?.name ?? row.deviceName ?? '',
    at: row.notAfter,
    tone: toneOf(row.notAfter, now),
    renewsItself: false,
    href: paths.certificate(actor.teamSlug, row.id),
  }));
};

const ownCertificate = async ({ db }: TeamContext, now: Date): Promise<RadarItem[]> => {
  const newest = await db.certificate.findFirst({
    where: { kind: 'console', status: 'active' },
    orderBy: { notAfter: 'desc' },
    select: { id: true, subject: true, notBefore: true, notAfter: true },
  });
  if (!newest) return [];
  const { id, subject, notAfter } = newest;
  const tone = toneOfRenewed(newest, 1 / 2, now);
  return [
    { id, what: 'console', name: 'Quaymaster', detail: subject, at: notAfter, tone, renewsItself: true, href: null },
  ];
};

/**
 * Everything that can lock somebody out within 90 days, the soonest first, and what has ended already and is still in use:
 * CAs that are not retired, certificates of engines and members, and the console's own. Tones by 7, 30 and 90 days.
 */
export async function readRadar(ctx: TeamContext): Promise<{ items: RadarItem[] }> {
  const now = ctx.runtime.clock.now();
  const parts = await Promise.all([
    authorities(ctx, now),
    engines(ctx, now),
    clients(ctx, now),
    ownCertificate(ctx, now),
  ]);
  return { items: parts.flat().sort((left, right) => left.at.getTime() - right.at.getTime()) };
}
