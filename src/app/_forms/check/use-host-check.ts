'use client';

import { useCallback, useEffect, useReducer, useRef, useState } from 'react';

import { afterEvent, type CheckEvent, type CheckView, emptyCheck } from '@/lib/host-check';

/** Starts a check on the server; its events come until it ends or the signal does. */
export type StartCheck = (signal: AbortSignal) => Promise<AsyncIterable<CheckEvent>>;

export interface HostCheck {
  readonly view: CheckView;
  readonly isRunning: boolean;
  /** Why the check could not begin, or broke off. */
  readonly error: unknown;
  /** Starts anew; a check that runs is ended first. */
  readonly run: (start: StartCheck) => void;
  /** Ends the running check and forgets what it found. */
  readonly reset: () => void;
}

type Turn = CheckEvent | { readonly type: 'forgotten' };

const reduce = (view: CheckView, turn: Turn): CheckView =>
  turn.type === 'forgotten' ? emptyCheck : afterEvent(view, turn);

/** Runs host checks one at a time and shows their events as they come. Ends with the component. */
export function useHostCheck(): HostCheck {
  const [view, tell] = useReducer(reduce, emptyCheck);
  const [isRunning, setIsRunning] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const current = useRef<AbortController>(undefined);

  const stop = useCallback(() => {
    current.current?.abort();
    current.current = undefined;
    setIsRunning(false);
  }, []);

  const run = useCallback(
    (start: StartCheck) => {
      stop();
      const controller = new AbortController();
      current.current = controller;
      const isOurs = () => current.current === controller;
      const follow = async () => {
        const events = await start(controller.signal);
        for await (const event of events) {
          if (!isOurs()) return;
          tell(event);
        }
      };
      setIsRunning(true);
      setError(null);
      follow()
        .catch((reason: unknown) => {
          if (isOurs()) setError(reason);
        })
        .finally(() => {
          if (isOurs()) setIsRunning(false);
        });
    },
    [stop],
  );

  const reset = useCallback(() => {
    stop();
    setError(null);
    tell({ type: 'forgotten' });
  }, [stop]);

  useEffect(() => stop, [stop]);

  return { view, isRunning, error, run, reset };
}
