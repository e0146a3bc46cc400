import type { JobLogLine } from '@/lib/job';
import type { JobEvent, JobView, LogOutline, StepView } from '@/lib/job-view';
import { unpackLines } from '@/lib/packed-lines';

import { addLines, type LogState, openLog } from '../_log/log-state';

/** A job as its page knows it. */
export interface JobPageState {
  readonly job: JobView;
  readonly steps: readonly StepView[];
  readonly log: LogState;
}

export type JobPageChange =
  | { readonly type: 'events'; readonly events: readonly JobEvent[] }
  | { readonly type: 'lines'; readonly lines: readonly JobLogLine[] };

export const openJobPage = (data: {
  readonly job: JobView;
  readonly steps: readonly StepView[];
  readonly log: LogOutline;
}): JobPageState => ({ job: data.job, steps: data.steps, log: openLog(data.log) });

const applied = (state: JobPageState, event: JobEvent): JobPageState => ({
  job: event.job ?? state.job,
  steps: event.steps ?? state.steps,
  log: event.lines === undefined ? state.log : addLines(state.log, unpackLines(event.lines)),
});

/** Takes in messages of the job's stream and lines read back. The same ones again change nothing. Pure. */
export const jobPageChanged = (state: JobPageState, change: JobPageChange): JobPageState =>
  change.type === 'lines' ? { ...state, log: addLines(state.log, change.lines) } : change.events.reduce(applied, state);
