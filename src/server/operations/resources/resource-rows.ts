import 'server-only';
import { type ResourceFacts, type ResourceStanding, standingOf } from '@/lib/resource';
import type { Transaction } from '@/server/db/database';
import type { Prisma } from '@/server/db/generated/client';
import { AppError } from '@/server/errors/app-error';

/** The rows of each standing, as `standingOf` tells it. */
export const whereStanding = {
  exists: {
    forgottenAt: null,
    unwantedAt: null,
    createdAt: { not: null },
    OR: [{ wasFound: null }, { wasFound: true }],
  },
  missing: { forgottenAt: null, unwantedAt: null, createdAt: { not: null }, wasFound: false },
  asked: { forgottenAt: null, unwantedAt: null, createdAt: null, providerId: null },
  found: { forgottenAt: null, unwantedAt: null, createdAt: null, providerId: { not: null } },
  unwanted: { forgottenAt: null, unwantedAt: { not: null } },
  forgotten: { forgottenAt: { not: null } },
} as const satisfies Record<ResourceStanding, Prisma.ResourceWhereInput>;

/** What tells a thing and how it stands. */
export const resourceSelect = {
  id: true,
  machineId: true,
  machineName: true,
  driver: true,
  kind: true,
  name: true,
  providerId: true,
  createdAt: true,
  unwantedAt: true,
  forgottenAt: true,
  wasFound: true,
  tombstoneId: true,
} satisfies Prisma.ResourceSelect;

export type ResourceRow = Prisma.ResourceGetPayload<{ select: typeof resourceSelect }>;

/** A row whose thing is not known to be gone, through the team's door. Throws resource.not-found. */
export async function getResource(tx: Transaction, id: string): Promise<ResourceRow> {
  const row = await tx.resource.findFirst({ where: { id, goneAt: null }, select: resourceSelect });
  if (row) return row;
  throw new AppError({ code: 'resource.not-found', public: 'There is no such thing in the ledger of this team.' });
}

export const resourceWrongState = (sentence: string) =>
  new AppError({ code: 'resource.wrong-state', public: sentence });

/** Throws resource.wrong-state where `can` says no to how the row stands. */
export function assertStanding(
  row: ResourceFacts & { readonly name: string },
  can: (standing: ResourceStanding) => boolean,
  verb: string,
): void {
  const standing = standingOf(row);
  if (can(standing)) return;
  throw resourceWrongState(
    standing === 'exists'
      ? `${row.name} is used by its machine and goes with it. Remove the machine instead.`
      : `${row.name} cannot be ${verb} any more. Load the page again.`,
  );
}

/** Throws job.machine-busy while a job works on the machine, which may be making or removing the very thing. */
export async function assertNoJob(tx: Transaction, { machineId, machineName }: ResourceRow): Promise<void> {
  if (machineId === null) return;
  const active = await tx.job.count({
    where: { machineId, state: { in: ['queued', 'running', 'waiting', 'cancelling'] } },
  });
  if (active === 0) return;
  throw new AppError({
    code: 'job.machine-busy',
    public: `A job works on ${machineName}. Wait for its end, or cancel it, and try again.`,
  });
}

/** What audit events tell of a thing. */
export const toldOf = ({ kind, providerId, driver, machineName }: ResourceRow): Prisma.InputJsonObject => ({
  kind,
  providerId,
  driver,
  machine: machineName,
});
