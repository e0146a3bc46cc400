/** A job that is not over, as the drawer shows it. */
export interface RunningJob {
  readonly id: string;
  /** What it does: "Create edge-1". */
  readonly title: string;
  readonly href: string;
  readonly state: 'queued' | 'running' | 'waiting' | 'cancelling';
  readonly startedAt: Date | null;
  readonly stepTitle?: string | undefined;
  readonly stepsDone: number;
  readonly stepsTotal: number;
  /** The last line of its log, without colour codes. */
  readonly lastLine?: string | undefined;
}
