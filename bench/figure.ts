/** One measured number; printed as one JSON object a line with --json. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** Empty for a count or a ratio. */
  readonly unit: 's' | 'ms' | 'µs' | '%' | 'B' | 'MB' | 'MiB' | 'MiB/s' | 'lines/s' | '';
}

/** The middle one of an odd number of runs, rounded to three digits after the point. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round((sorted[Math.floor(sorted.length / 2)] ?? Number.NaN) * 1000) / 1000;
}

/** The value that so many percent of the others do not exceed (nearest rank), rounded to three digits after the point. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return Math.round((sorted[rank - 1] ?? Number.NaN) * 1000) / 1000;
}

/** p50, p95 and the largest of measured milliseconds. */
export const spread = (name: string, values: readonly number[]): Figure[] => [
  { name: `${name}.p50`, value: percentile(values, 50), unit: 'ms' },
  { name: `${name}.p95`, value: percentile(values, 95), unit: 'ms' },
  { name: `${name}.max`, value: percentile(values, 100), unit: 'ms' },
];
