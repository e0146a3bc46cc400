import type { SampleKey, SamplePoint } from '@/lib/system-sample';

export interface ReplicaName {
  readonly id: string;
  readonly name: string;
}

/** One row of a chart: a moment, and the value of each line then. */
export type ChartRow = Readonly<Record<string, number>>;

export interface ChartSummary {
  readonly name: string;
  readonly latest: number;
  readonly mean: number;
  readonly highest: number;
}

export interface SystemChart {
  readonly key: ChartKey;
  readonly rows: readonly ChartRow[];
  /** One line each, in a stable order; the same facts in numbers. */
  readonly summaries: readonly ChartSummary[];
}

/** What is drawn, in this order. Of what is the whole installation's one line is enough. */
const charts = {
  memoryMb: 'each',
  cpuPercent: 'each',
  loopDelayMs: 'each',
  jobsQueued: 'one',
  jobsRunning: 'one',
  jobsEnded: 'each',
  viewers: 'each',
  sshConnections: 'each',
  probesPerSecond: 'each',
  poolOpen: 'each',
  poolWaiting: 'each',
} as const satisfies Partial<Record<SampleKey, 'each' | 'one'>>;

export type ChartKey = keyof typeof charts;

const isChartKey = (key: string): key is ChartKey => Object.hasOwn(charts, key);

/** A digit after the point says nothing of large numbers. */
const round = (value: number) => (value >= 100 ? Math.round(value) : Math.round(value * 10) / 10);

const summarise = (name: string, values: readonly number[]): ChartSummary => ({
  name,
  latest: round(values.at(-1) ?? 0),
  mean: round(values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)),
  highest: round(Math.max(0, ...values)),
});

/** The lines of every chart that has something to show. Pure. */
export function chartsOf(samples: readonly SamplePoint[], replicas: readonly ReplicaName[]): SystemChart[] {
  const nameOf = new Map(replicas.map(({ id, name }) => [id, name]));
  return Object.keys(charts)
    .filter(isChartKey)
    .map((key) => chartOf(key, samples, (id) => (charts[key] === 'one' ? key : (nameOf.get(id) ?? id.slice(0, 8)))))
    .filter(({ rows }) => rows.length > 0);
}

function chartOf(key: ChartKey, samples: readonly SamplePoint[], nameOf: (id: string) => string): SystemChart {
  const rows = new Map<number, Record<string, number>>();
  const lines = new Map<string, number[]>();
  for (const { atMs, replicaId, values } of samples) {
    const value = values[key];
    if (value === undefined) continue;
    const name = nameOf(replicaId);
    const row = rows.get(atMs) ?? { atMs };
    row[name] = Math.max(row[name] ?? 0, value);
    rows.set(atMs, row);
    lines.set(name, [...(lines.get(name) ?? []), value]);
  }
  return {
    key,
    rows: [...rows.values()],
    summaries: [...lines].map(([name, values]) => summarise(name, values)),
  };
}
