import 'server-only';
import { paths } from '@/lib/paths';
import type { Prisma } from '@/server/db/generated/client';
import { notify } from '@/server/operations/notifications/notify';
import type { Runtime } from '@/server/runtime';

const dayMs = 86_400_000;
const aheadMs = 7 * dayMs;
/** In one round. The next one takes the others. */
const roundMax = 200;

const select = {
  id: true,
  teamId: true,
  membershipId: true,
  deviceId: true,
  deviceName: true,
  createdAt: true,
  notAfter: true,
  device: { select: { name: true } },
  team: { select: { slug: true } },
} as const satisfies Prisma.CertificateSelect;

const causeOf = (id: string) => `certificate-expiring:${id}`;

const findEnding = async (runtime: Runtime, now: Date) => {
  const { prisma } = runtime.database;
  const rows = await prisma.certificate.findMany({
    where: {
      kind: 'client',
      status: 'active',
      membershipId: { not: null },
      notAfter: { gt: now, lt: new Date(now.getTime() + aheadMs) },
    },
    orderBy: { notAfter: 'asc' },
    select,
  });
  const told = await prisma.notification.findMany({
    where: { cause: { in: rows.map(({ id }) => causeOf(id)) } },
    select: { cause: true },
  });
  const causes = new Set(told.map(({ cause }) => cause));
  return rows.filter(({ id }) => !causes.has(causeOf(id))).slice(0, roundMax);
};

/** A device that has a newer certificate already needs no warning about the one before. */
const isFollowed = async (runtime: Runtime, row: { deviceId: string | null; notAfter: Date }): Promise<boolean> => {
  if (row.deviceId === null) return false;
  const later = await runtime.database.prisma.certificate.findFirst({
    where: { deviceId: row.deviceId, kind: 'client', status: 'active', notAfter: { gt: row.notAfter } },
    select: { id: true },
  });
  return later !== null;
};

/** Tells each member once that a certificate of theirs ends within a week, unless its device has a newer one. */
export async function warnHolders(runtime: Runtime, signal: AbortSignal): Promise<void> {
  const now = runtime.clock.now();
  const teams = new Set<string>();
  for (const row of await findEnding(runtime, now)) {
    signal.throwIfAborted();
    if (row.membershipId === null || (await isFollowed(runtime, row))) continue;
    const { id, teamId, membershipId } = row;
    await runtime.database.prisma.$transaction((tx) =>
      notify(tx, {
        teamId,
        to: { membershipIds: [membershipId] },
        kind: 'certificate-expiring',
        values: {
          device: row.device?.name ?? row.deviceName ?? '',
          days: Math.floor((row.notAfter.getTime() - now.getTime()) / dayMs),
        },
        tone: 'attention',
        href: paths.certificate(row.team.slug, id),
        cause: causeOf(id),
        once: true,
        at: now,
      }),
    );
    teams.add(teamId);
  }
  for (const teamId of teams) await runtime.bus.publish(`team:${teamId}`);
}
