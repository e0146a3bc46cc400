import 'server-only';
import type { ListedImage } from '@/lib/image';
import { jobHasEnded, type JobState } from '@/lib/job';
import { findUsers } from '@/server/operations/machines/find-users';
import type { TeamContext } from '@/server/operations/team-context';

import { type ImageRow, imageSelect, libraryImageOf } from './image-rows';

type Fetching = NonNullable<ListedImage['job']>;

/** The last job that fetched each of these images. */
const findFetches = async ({ db }: TeamContext, ids: readonly string[]): Promise<Map<string, Fetching>> => {
  if (ids.length === 0) return new Map();
  const jobs = await db.job.findMany({
    where: { kind: 'image.fetch', OR: ids.map((id) => ({ payload: { path: ['imageId'], equals: id } })) },
    orderBy: { createdAt: 'asc' },
    select: { id: true, state: true, payload: true },
  });
  return new Map(jobs.map(({ id, state, payload }) => [(payload as { imageId: string }).imageId, { id, state }]));
};

const quietMsOf = ({ url, state, changedAt }: ImageRow & { changedAt: Date }, now: Date): number | null =>
  url === null && (state === 'waiting' || state === 'fetching') ? now.getTime() - changedAt.getTime() : null;

/** The team's images by name, each with its copies, with what was made from it and, until it is ready, with its job. */
export async function listImages(ctx: TeamContext): Promise<readonly ListedImage[]> {
  const { db, actor, runtime } = ctx;
  const [rows, users] = await Promise.all([
    db.image.findMany({
      orderBy: { name: 'asc' },
      select: {
        ...imageSelect,
        changedAt: true,
        copies: {
          orderBy: { placedAt: 'asc' },
          select: { hypervisorHostId: true, placedAt: true, hypervisorHost: { select: { name: true } } },
        },
      },
    }),
    findUsers(db, actor.teamId, 'image'),
  ]);
  const fetched = rows.filter(({ state, url }) => state !== 'ready' && url !== null);
  const jobs = await findFetches(
    ctx,
    fetched.map(({ id }) => id),
  );
  const now = runtime.clock.now();
  return rows.map(({ copies, changedAt, ...row }) => ({
    ...libraryImageOf(row),
    copies: copies.map(({ hypervisorHost, ...copy }) => ({ ...copy, hypervisor: hypervisorHost.name })),
    machines: users.get(row.id) ?? [],
    job: jobs.get(row.id) ?? null,
    quietMs: quietMsOf({ ...row, changedAt }, now),
  }));
}

/** The job that fetches an image now; null where none does. */
export async function findActiveFetch(ctx: TeamContext, id: string): Promise<string | null> {
  const job = (await findFetches(ctx, [id])).get(id);
  return job && !jobHasEnded(job.state satisfies JobState) ? job.id : null;
}
