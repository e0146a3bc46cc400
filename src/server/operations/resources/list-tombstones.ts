import 'server-only';
import type { NamedThing } from '@/lib/resource';
import type { Prisma } from '@/server/db/generated/client';
import { labelOfDriver } from '@/server/drivers/registry';
import { liveThings } from '@/server/operations/ledger/live-things';
import type { TeamContext } from '@/server/operations/team-context';

const forgottenShown = 50;

export interface TombstoneView {
  readonly id: string;
  readonly machineName: string;
  readonly driverLabel: string;
  readonly state: 'waiting' | 'removing' | 'forgotten';
  readonly tries: number;
  readonly lastTryAt: Date | null;
  readonly nextTryAt: Date | null;
  readonly failure: string | null;
  readonly createdByName: string;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
  readonly endedByName: string | null;
  /** What may still be at the provider; of a forgotten one what was left behind when it was forgotten. */
  readonly things: readonly NamedThing[];
  /** The job of the last try, where there was one after the removal itself. */
  readonly lastJobId: string | null;
}

const tombstoneSelect = {
  id: true,
  machineName: true,
  driver: true,
  state: true,
  tries: true,
  lastTryAt: true,
  nextTryAt: true,
  failure: true,
  createdByName: true,
  createdAt: true,
  endedAt: true,
  endedByName: true,
  leftBehind: true,
  resources: {
    where: liveThings,
    orderBy: { id: 'asc' },
    select: { kind: true, name: true, providerId: true },
  },
} satisfies Prisma.TombstoneSelect;

const lastJobOf = async ({ db }: TeamContext, id: string): Promise<string | null> => {
  const job = await db.job.findFirst({
    where: { kind: 'tombstone.remove', payload: { path: ['tombstoneId'], equals: id } },
    orderBy: { createdAt: 'desc' },
    select: { id: true },
  });
  return job?.id ?? null;
};

/** What should be gone and is still tried, oldest first, and behind it what was given up, the last first. */
export async function listTombstones(ctx: TeamContext): Promise<readonly TombstoneView[]> {
  const { tombstone } = ctx.db;
  const [tried, forgotten] = await Promise.all([
    tombstone.findMany({
      where: { state: { in: ['waiting', 'removing'] } },
      orderBy: { createdAt: 'asc' },
      select: tombstoneSelect,
    }),
    tombstone.findMany({
      where: { state: 'forgotten' },
      orderBy: { endedAt: 'desc' },
      take: forgottenShown,
      select: tombstoneSelect,
    }),
  ]);
  return Promise.all(
    [...tried, ...forgotten].map(async ({ driver, state, leftBehind, resources, ...row }) => ({
      ...row,
      // Those that are gone are not asked for.
      state: state === 'gone' ? 'removing' : state,
      driverLabel: labelOfDriver(driver),
      things: state === 'forgotten' ? ((leftBehind ?? []) as unknown as NamedThing[]) : resources,
      lastJobId: await lastJobOf(ctx, row.id),
    })),
  );
}
