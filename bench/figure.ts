/** One measured number; printed as one JSON object a line with --json. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: 's' | 'ms' | '%' | 'MiB';
}

/** The middle one of an odd number of runs, rounded to three digits after the point. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round((sorted[Math.floor(sorted.length / 2)] ?? Number.NaN) * 1000) / 1000;
}
