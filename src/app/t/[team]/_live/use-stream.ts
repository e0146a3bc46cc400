'use client';

import { useEffect, useReducer, useRef } from 'react';

import { closedStream, isRefusal, retryDelayMs, type StreamState, streamChanged } from './stream-state';
import { useInSight } from './use-in-sight';

/** What a tRPC subscription calls back; the client mends short gaps by itself. */
export interface StreamHandlers<T> {
  readonly onData: (value: T) => void;
  readonly onError: (error: unknown) => void;
  readonly onComplete: () => void;
  readonly onConnectionStateChange: (change: { readonly state: 'idle' | 'connecting' | 'pending' }) => void;
}

export interface StreamOptions<T> {
  /** Opens the subscription from where the caller is by then. Memoise it: a new function opens the stream anew. */
  readonly open: (handlers: StreamHandlers<T>) => { unsubscribe: () => void };
  readonly onData: (value: T) => void;
  /** Whether all has been said when the server ends the stream; if not, it is opened again. */
  readonly mayEnd: () => boolean;
  readonly isEnabled: boolean;
  /** A stream that has ended or was refused is opened anew when this changes. */
  readonly epoch?: number;
}

/** Keeps a subscription open while the page is seen, and opens it again after gaps that the client does not mend. */
export function useStream<T>({ open, onData, mayEnd, isEnabled, epoch = 0 }: StreamOptions<T>): StreamState {
  const isInSight = useInSight();
  const isOpen = isEnabled && isInSight;
  const [state, change] = useReducer(streamChanged, closedStream);
  const latest = useRef({ onData, mayEnd });
  useEffect(() => {
    latest.current = { onData, mayEnd };
  });

  useEffect(() => {
    if (!isOpen) return;
    let isOver = false;
    let failures = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let subscription: { unsubscribe: () => void } | undefined;
    const tryLater = () => {
      // Letting go of a subscription completes it, too.
      if (isOver) return;
      failures += 1;
      change({ type: 'failed' });
      timer = setTimeout(connect, retryDelayMs(failures));
    };
    const connect = () => {
      change({ type: 'opened' });
      subscription = open({
        onData: (value) => {
          failures = 0;
          change({ type: 'live' });
          latest.current.onData(value);
        },
        onError: (error) => (isRefusal(error) ? change({ type: 'refused' }) : tryLater()),
        onComplete: () => (latest.current.mayEnd() && !isOver ? change({ type: 'ended' }) : tryLater()),
        onConnectionStateChange: ({ state: next }) => {
          if (next === 'pending') change({ type: 'live' });
          if (next === 'connecting') change({ type: 'lost' });
        },
      });
    };
    connect();
    return () => {
      isOver = true;
      clearTimeout(timer);
      subscription?.unsubscribe();
      change({ type: 'closed' });
    };
  }, [open, isOpen, epoch]);

  return state;
}
