import type { JobState } from './job';
import type { BulkAction } from './machine-action';

/** How many jobs of a batch may run at the same time. */
export const atOnceDefault = 5;
export const atOnceMax = 20;

/** How many machines one batch may be for. */
export const batchMachinesMax = 500;

/** What a batch will do to one machine. */
export type BatchVerdict = 'runs' | 'waits' | 'refused';

export interface BatchPreviewRow {
  readonly machine: string;
  readonly verdict: BatchVerdict;
  /** Why it is refused. */
  readonly reason: string | null;
  /** The job that it waits for. */
  readonly behind: { readonly id: string; readonly kind: string; readonly subject: string } | null;
}

export interface BatchPreview {
  readonly action: BulkAction;
  readonly rows: readonly BatchPreviewRow[];
}

/** A machine that was chosen and got no job. */
export interface SkippedMachine {
  readonly machine: string;
  readonly reason: string;
}

/** How many of a batch's jobs stand how. */
export type BatchCounts = Readonly<Record<JobState | 'held', number>>;
