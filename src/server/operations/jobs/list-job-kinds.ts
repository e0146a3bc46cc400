import 'server-only';
import type { TeamContext } from '@/server/operations/team-context';

/** The kinds of job that the team has had, with how many of each: what its list can be filtered by. */
export async function listJobKinds({ db }: TeamContext): Promise<readonly { kind: string; count: number }[]> {
  const groups = await db.job.groupBy({ by: ['kind'], _count: { _all: true }, orderBy: { kind: 'asc' } });
  return groups.map(({ kind, _count }) => ({ kind, count: _count._all }));
}
