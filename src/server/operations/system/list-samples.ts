import 'server-only';
import { z } from 'zod';

import { sampleKeys, type SamplePoint, type SampleSpan } from '@/lib/system-sample';
import type { Runtime } from '@/server/runtime';

/** Milliseconds back, and how many of them one point stands for: 240 points at most per replica. */
const spans: Readonly<Record<SampleSpan, { backMs: number; pointMs: number }>> = {
  hour: { backMs: 60 * 60_000, pointMs: 15_000 },
  day: { backMs: 24 * 60 * 60_000, pointMs: 6 * 60_000 },
};

const rowSchema = z.object({
  replicaId: z.string(),
  slot: z.coerce.number(),
  values: z.partialRecord(z.enum(sampleKeys), z.number()),
});

/**
 * What each replica measured in the last hour or day, the oldest first; one point is the mean of its time, but for the delay
 * of the event loop, whose worst is shown, and jobs that ended, which are added up.
 */
export async function listSamples({ database, clock }: Runtime, span: SampleSpan): Promise<SamplePoint[]> {
  const { backMs, pointMs } = spans[span];
  const since = new Date(clock.now().getTime() - backMs);
  const rows = await database.prisma.$queryRaw<unknown[]>`
    select "replicaId", "slot", jsonb_object_agg("key", "value") as "values"
    from (
      select "replicaId", floor(extract(epoch from "at") * 1000 / ${pointMs}::int)::float8 as "slot", "e"."key",
        round((case "e"."key"
          when 'loopDelayMs' then max("e"."value"::numeric)
          when 'jobsEnded' then sum("e"."value"::numeric)
          else avg("e"."value"::numeric) end), 2) as "value"
      from "SystemSample", jsonb_each_text("values") as "e"
      where "at" > ${since}
      group by 1, 2, 3
    ) as "points"
    group by 1, 2
    order by 2, 1`;
  return rows.map((row) => {
    const { replicaId, slot, values } = rowSchema.parse(row);
    return { replicaId, atMs: slot * pointMs, values };
  });
}
