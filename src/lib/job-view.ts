import type { JobError, JobState, StepState } from './job';

/** How far a job has come; `step` is the name of the step that it is in, or that it stopped at. */
export interface JobProgress {
  readonly done: number;
  readonly total: number;
  readonly step: string | null;
}

/** A job as lists show it. */
export interface JobSummary {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  /** Null where the job has no machine, or its machine has been removed. */
  readonly machine: { readonly id: string; readonly name: string } | null;
  readonly state: JobState;
  /** The short title of the error that ended it. */
  readonly errorTitle: string | null;
  readonly progress: JobProgress;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** A job that has not ended, with the last line of its log (no colour codes, cut to fit one line). */
export interface RunningJobView extends JobSummary {
  readonly lastLine: string | null;
}

/** The job that has to end before a queued one begins, and how many are before it in all. */
export interface JobAhead {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly count: number;
}

/** What a job in the state `waiting` waits for: times in milliseconds since 1970. */
export interface WaitingFor {
  /** Of the error that it waits out. */
  readonly code: string;
  readonly reason: string;
  readonly sinceMs: number;
  readonly nextTryMs: number;
}

/** What can be done with a job beside cancelling and retrying it, and what it belongs to. */
export interface JobWays {
  /** Who asked for its cancel, while it is being cancelled. */
  readonly cancelRequestedBy: string | null;
  /** The job that this one takes back. */
  readonly rollsBackId: string | null;
  /** The last job that takes this one back. */
  readonly rolledBackBy: { readonly id: string; readonly state: JobState } | null;
  readonly canRollBack: boolean;
  readonly canRunAgain: boolean;
  readonly batch: {
    readonly id: string;
    readonly atOnce: number;
    readonly isHeld: boolean;
    /** How many of the batch run or wait in the queue, while it holds this one back. */
    readonly running: number;
  } | null;
}

/** Why a job of the queue does not run. */
export type QueueReason =
  | { readonly for: 'job'; readonly job: { readonly id: string; readonly kind: string; readonly subject: string } }
  | { readonly for: 'worker' }
  | { readonly for: 'batch'; readonly batch: { readonly id: string; readonly atOnce: number } }
  | { readonly for: 'outage'; readonly outage: WaitingFor };

/** A job that has not ended, with what it waits for; null where it runs. */
export interface QueueEntry extends JobSummary {
  readonly waits: QueueReason | null;
}

/** A job as its page shows it. */
export interface JobView extends JobWays {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly machine: { readonly id: string; readonly name: string } | null;
  readonly state: JobState;
  readonly error: JobError | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly ahead: JobAhead | null;
  readonly waitingFor: WaitingFor | null;
  /** When its log was removed, as the team's policy asks. */
  readonly logRemovedAt: Date | null;
}

export interface StepView {
  readonly index: number;
  readonly name: string;
  readonly state: StepState;
  /** False where a cancel waits for the step's end, because stopping in the middle would leave the host half-changed. */
  readonly isInterruptible: boolean;
  /** How long it may take; null where this version does not know the step. */
  readonly timeoutMs: number | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** A run of neighbouring log lines (`from` to `to`, both included) that one step wrote. */
export interface LogSegment {
  readonly step: number;
  readonly from: number;
  readonly to: number;
}

/** The shape of a log without its lines: gapless from line 1 to the last. */
export interface LogOutline {
  readonly lastSeq: number;
  readonly segments: readonly LogSegment[];
}

/**
 * One message of a job's stream. `job` and `steps` are there when they have changed, always in the first message.
 * `lines` (see packLines) go on right after those of the message before; `lastSeq` is the last line delivered so far.
 */
export interface JobEvent {
  readonly lastSeq: number;
  readonly job?: JobView;
  readonly steps?: readonly StepView[];
  readonly lines?: string;
}

/** One message of a team's stream: what runs now, and whether machines or jobs changed since the message before. */
export interface TeamEvent {
  readonly running: readonly RunningJobView[];
  readonly hasChanges: boolean;
}
