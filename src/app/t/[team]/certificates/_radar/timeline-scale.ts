/** How far ahead the radar looks, in days. */
export const radarRanges = [90, 30, 7] as const;
export type RadarRange = (typeof radarRanges)[number];

const dayMs = 86_400_000;

/** Where a moment lies on the timeline, from 0 (now or before) to 100 (the end of the range). Pure. */
export const placeOf = (at: Date, nowMs: number, days: RadarRange): number =>
  Math.min(100, Math.max(0, ((at.getTime() - nowMs) / (days * dayMs)) * 100));

export const isWithin = (at: Date, nowMs: number, days: number): boolean => at.getTime() <= nowMs + days * dayMs;

const tickDays: Readonly<Record<RadarRange, readonly number[]>> = {
  90: [0, 30, 60, 90],
  30: [0, 10, 20, 30],
  7: [0, 1, 2, 3, 4, 5, 6, 7],
};

/** The lines of the scale, with their places. Pure. */
export const ticksOf = (nowMs: number, days: RadarRange) =>
  tickDays[days].map((day) => ({ day, at: new Date(nowMs + day * dayMs), place: (day / days) * 100 }));

/** Things that lie too near to each other on the timeline to be told apart, and stand as one mark. */
export interface Cluster<T> {
  readonly place: number;
  /** Earliest first; never empty. */
  readonly items: readonly [T, ...T[]];
}

/** Puts together what is nearer than `gap` (in hundredths of the timeline) to the first of its mark. Pure. */
export function clustersOf<T extends { readonly at: Date }>(
  items: readonly T[],
  { nowMs, days, gap }: { readonly nowMs: number; readonly days: RadarRange; readonly gap: number },
): readonly Cluster<T>[] {
  const clusters: { place: number; items: [T, ...T[]] }[] = [];
  for (const item of [...items].sort((a, b) => a.at.getTime() - b.at.getTime())) {
    const place = placeOf(item.at, nowMs, days);
    const last = clusters.at(-1);
    if (last && place - last.place < gap) last.items.push(item);
    else clusters.push({ place, items: [item] });
  }
  return clusters;
}

export type RadarGroup = 'expired' | 7 | 30 | 90;

/** Under which head of the list a moment stands. Pure. */
export function groupOf(at: Date, nowMs: number): RadarGroup {
  if (at.getTime() <= nowMs) return 'expired';
  return ([7, 30] as const).find((days) => isWithin(at, nowMs, days)) ?? 90;
}
