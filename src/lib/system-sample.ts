import { z } from 'zod';

/** What one process measures of itself, a few times a minute. Jobs running and queued are the whole installation's. */
export const sampleKeys = [
  'memoryMb',
  'heapMb',
  'loopDelayMs',
  'cpuPercent',
  'jobsRunning',
  'jobsQueued',
  'jobsEnded',
  'probesPerSecond',
  'viewers',
  'sshConnections',
  'poolOpen',
  'poolIdle',
  'poolWaiting',
] as const;

export type SampleKey = (typeof sampleKeys)[number];

export type SampleValues = Readonly<Partial<Record<SampleKey, number>>>;

/** How far back the charts look. */
export const sampleSpans = ['hour', 'day'] as const;

export const sampleSpanSchema = z.enum(sampleSpans);

export type SampleSpan = z.infer<typeof sampleSpanSchema>;

/** What one replica measured around one moment. */
export interface SamplePoint {
  readonly atMs: number;
  readonly replicaId: string;
  readonly values: SampleValues;
}
