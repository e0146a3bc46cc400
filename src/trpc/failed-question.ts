import type { TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';

import type { AppRouter } from '@/server/routers/root';

const failedQuestions = new WeakSet<Error>();

/** Remembers which errors are those of calls that only ask. */
export const markQuestions: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) =>
    observable((observer) =>
      next(op).subscribe({
        next: (value) => observer.next(value),
        error: (error) => {
          if (op.type === 'query') failedQuestions.add(error);
          observer.error(error);
        },
        complete: () => observer.complete(),
      }),
    );

/** Whether what failed only asked: then nothing can have been changed. Of all others nobody knows that without an answer. */
export const isFailedQuestion = (error: unknown): boolean => error instanceof Error && failedQuestions.has(error);
