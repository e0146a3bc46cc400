import { type ErrorCode, errorCatalogue } from './catalogue';

export interface AppErrorInput {
  readonly code: ErrorCode;
  /** One or two sentences a team member can act on: what happened, why, what to do. Never a secret. */
  readonly public: string;
  /** For logs: hosts, ids, tails of output. Never a secret. */
  readonly internal?: string;
  /** Messages by field path ("options.address"), shown at the fields of the form. */
  readonly fieldErrors?: Readonly<Record<string, string>>;
  /** The raw end of the output, shown under "details" on the job page. Never a secret. */
  readonly output?: string;
  readonly cause?: unknown;
}

/** The one error that operations, jobs, drivers and provisioners throw. Edges translate it, nothing in between does. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly public: string;
  readonly internal: string | undefined;
  readonly fieldErrors: Readonly<Record<string, string>> | undefined;
  readonly output: string | undefined;

  constructor(input: AppErrorInput) {
    super(`${input.code}: ${input.public}`, input.cause === undefined ? undefined : { cause: input.cause });
    this.name = 'AppError';
    this.code = input.code;
    this.public = input.public;
    this.internal = input.internal;
    this.fieldErrors = input.fieldErrors;
    this.output = input.output;
  }

  get retryable(): boolean {
    return errorCatalogue[this.code].retryable;
  }
}

/** Turns whatever was thrown into an AppError; an unknown error becomes internal.invariant with its cause kept. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  return new AppError({
    code: 'internal.invariant',
    public: 'The console met an error that it did not expect. The details are in its log.',
    internal: thrown instanceof Error ? thrown.message : String(thrown),
    cause: thrown,
  });
}

/** Fails the request or the job step, not the process. Throws internal.invariant. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (condition) return;
  throw new AppError({
    code: 'internal.invariant',
    public: 'The console met a state that should not exist. The details are in its log.',
    internal: message,
  });
}
