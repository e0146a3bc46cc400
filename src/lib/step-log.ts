/** Where a log line came from: the console itself, or one of the two streams of a command on the host. */
export const logStreams = ['console', 'stdout', 'stderr'] as const;
export type LogStream = (typeof logStreams)[number];

/** The writer that a job step gets. Lines are redacted, numbered and stored by the job runner; nothing here waits. */
export interface StepLog {
  /** What the console does and sees, in its own words. */
  info(text: string): void;
  /** One line of output, without its line feed. Colour codes are kept. */
  line(stream: LogStream, text: string): void;
}
