import 'server-only';
import type { TeamContext } from '@/server/operations/team-context';

export interface FacetCount {
  readonly value: string;
  readonly count: number;
}

/** How many machines have what the list can be filtered by. */
export interface MachineFacets {
  readonly state: readonly FacetCount[];
  readonly problem: readonly FacetCount[];
  readonly driver: readonly FacetCount[];
  /** As `key=value`; the most frequent ones. */
  readonly label: readonly FacetCount[];
}

const labelsMax = 50;

interface Counted extends FacetCount {
  readonly facet: keyof MachineFacets;
}

/** Counts the team's machines by state, problem, driver and label. */
export async function countMachines({ db, actor }: TeamContext): Promise<MachineFacets> {
  const counted = await db.$queryRaw<Counted[]>`
    with own as (select "state", "problem", "driver", "labels" from "Machine" where "teamId" = ${actor.teamId}),
    labels as (
      select pair.key || '=' || pair.value as value, count(*)::int as count
      from own, jsonb_each_text(own."labels") as pair(key, value)
      group by 1 order by 2 desc, 1 limit ${labelsMax})
    select 'state' as facet, "state"::text as value, count(*)::int as count from own group by "state"
    union all
    select 'problem', "problem", count(*)::int from own where "problem" is not null group by "problem"
    union all
    select 'driver', "driver", count(*)::int from own group by "driver"
    union all
    select 'label', value, count from labels
    order by facet, value`;
  const of = (facet: keyof MachineFacets) =>
    counted.filter((row) => row.facet === facet).map(({ value, count }) => ({ value, count }));
  return { state: of('state'), problem: of('problem'), driver: of('driver'), label: of('label') };
}
