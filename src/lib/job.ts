import type { LogStream } from './step-log';

export const jobStates = ['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelling', 'cancelled'] as const;
export type JobState = (typeof jobStates)[number];

export const stepStates = ['pending', 'running', 'succeeded', 'failed', 'cancelled', 'undone'] as const;
export type StepState = (typeof stepStates)[number];

const ended: ReadonlySet<JobState> = new Set(['succeeded', 'failed', 'cancelled']);

/** What can be done to a job in a state; one table for the buttons and for the server. */
export const jobCan = {
  cancel: (state: JobState) => state === 'queued' || state === 'running' || state === 'waiting',
  retry: (state: JobState) => state === 'failed' || state === 'cancelled',
  rollBack: (state: JobState) => state === 'failed' || state === 'cancelled',
  runAgain: (state: JobState) => ended.has(state),
};

const undoPrefix = 'undo:';

/** The name of the step that takes back this one. */
export const undoName = (step: string): string => `${undoPrefix}${step}`;

/** Which step a step takes back; null where it is no undo. */
export const undoes = (step: string): string | null =>
  step.startsWith(undoPrefix) ? step.slice(undoPrefix.length) : null;

export const jobHasEnded = (state: JobState): boolean => ended.has(state);

/** One stored line of a job's log. seq starts at 1 and has no gaps; step is the index of the step that wrote it. */
export interface JobLogLine {
  readonly seq: number;
  readonly step: number;
  /** Milliseconds since 1970: a log travels in thousands of lines, and a number costs less than a date. */
  readonly atMs: number;
  readonly stream: LogStream;
  /** May hold ANSI colour codes; secrets are masked. */
  readonly text: string;
}

/** Why a job failed, as it is stored with it and shown on its page. */
export interface JobError {
  readonly code: string;
  readonly title: string;
  /** What happened, why, what to do. */
  readonly public: string;
  readonly step: number;
  /** The raw end of the output, where there is one. */
  readonly output?: string;
}
