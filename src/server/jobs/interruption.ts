import { AppError } from '@/server/errors/app-error';

/** This process stops: the job stays as it is, and another worker goes on at the same step. */
export class HandedOver extends Error {
  constructor() {
    super('this process stops; the job goes on elsewhere');
    this.name = 'HandedOver';
  }
}

/** Another worker has taken the job while this one was thought dead: this one must not write any more. */
export class Superseded extends Error {
  constructor() {
    super('another worker has taken this job');
    this.name = 'Superseded';
  }
}

export const cancelled = (by: string): AppError =>
  new AppError({ code: 'job.cancelled', public: `Cancelled by ${by}.` });

/** Rejects with the signal's reason when it aborts, so that a step that ignores its signal cannot hold the job. */
export function untilAborted(signal: AbortSignal): { promise: Promise<never>; dispose: () => void } {
  let onAbort: () => void = () => undefined;
  const promise = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  promise.catch(() => undefined);
  return { promise, dispose: () => signal.removeEventListener('abort', onAbort) };
}
