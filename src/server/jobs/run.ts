import type { JobError } from '@/lib/job';
import type { AppError } from '@/server/errors/app-error';
import { errorCatalogue } from '@/server/errors/catalogue';
import type { Runtime } from '@/server/runtime';

import type { JobKind, RunningJob } from './job-kind';
import type { JobHold } from './job-store';
import type { LogWriter } from './log-writer';
import type { Redactor } from './redactor';
import type { RunResources } from './run-resources';

/** One run of a job by one worker: what its parts share. */
export interface Run {
  readonly runtime: Runtime;
  readonly kind: JobKind;
  readonly hold: JobHold;
  readonly job: RunningJob<unknown>;
  readonly writer: LogWriter;
  readonly redactor: Redactor;
  readonly resources: RunResources;
  /** Aborts when this process stops, and when the run has lost its job: another worker has it. */
  readonly stopping: AbortSignal;
  checkpoint: Record<string, unknown>;
  /** Who asked for a cancel. */
  cancelledBy: string | null;
  /** Set while something runs that a cancel may interrupt. */
  interrupt: ((reason: Error) => void) | undefined;
}

export const describeError = (error: AppError, step: number): JobError => ({
  code: error.code,
  title: errorCatalogue[error.code].title,
  public: error.public,
  step,
  ...(error.output !== undefined && { output: error.output }),
});
