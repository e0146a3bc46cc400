'use client';

import { useCallback, useEffect, useReducer, useRef, useState } from 'react';

import { jobHasEnded } from '@/lib/job';
import type { JobEvent } from '@/lib/job-view';
import { type RouterOutputs, useTRPCClient } from '@/trpc/client';

import type { StreamState } from '../../../_live/stream-state';
import { useTeamLive } from '../../../_live/team-live';
import { type StreamHandlers, useStream } from '../../../_live/use-stream';
import { type JobPageChange, jobPageChanged, type JobPageState, openJobPage } from './job-state';

// Messages that come together are drawn together: after a night's sleep the backlog comes as hundreds of them.
const gatherMs = 32;

export interface JobStream {
  readonly state: JobPageState;
  readonly change: (change: JobPageChange) => void;
  readonly stream: StreamState;
  /** Watches a job again that had ended. */
  readonly restart: () => void;
}

/** The job of a page, kept up to date until it has ended, and again when somebody retries it. */
export function useJobStream(team: string, initial: RouterOutputs['jobs']['get']): JobStream {
  const client = useTRPCClient();
  const [state, change] = useReducer(jobPageChanged, initial, openJobPage);
  const jobId = state.job.id;
  const [epoch, setEpoch] = useState(jobHasEnded(initial.job.state) ? 0 : 1);
  const restart = useCallback(() => setEpoch((before) => before + 1), []);

  const gather = useGathered((events: readonly JobEvent[]) => change({ type: 'events', events }));
  // Known before it is drawn: what the last message said, and where a stream that opens now goes on.
  const known = useRef({ state: initial.job.state, lastSeq: initial.log.lastSeq });
  useOnRunning(jobId, () => {
    // Ended as far as this page knows, and running again: another member has retried it.
    if (jobHasEnded(known.current.state)) restart();
  });

  const stream = useStream<{ data: JobEvent }>({
    open: useCallback(
      (handlers: StreamHandlers<{ data: JobEvent }>) =>
        client.jobs.watch.subscribe({ team, job: jobId, afterSeq: known.current.lastSeq }, handlers),
      [client, team, jobId],
    ),
    onData: ({ data }) => {
      known.current = { state: data.job?.state ?? known.current.state, lastSeq: data.lastSeq };
      gather(data);
    },
    mayEnd: () => jobHasEnded(known.current.state),
    isEnabled: epoch > 0,
    epoch,
  });
  return { state, change, stream, restart };
}

/** Hands on what comes within a moment as one list, in order. */
function useGathered<T>(onGathered: (items: readonly T[]) => void): (item: T) => void {
  const items = useRef<T[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(onGathered);
  useEffect(() => {
    latest.current = onGathered;
  });
  return useCallback((item) => {
    items.current.push(item);
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      const gathered = items.current;
      items.current = [];
      latest.current(gathered);
    }, gatherMs);
  }, []);
}

/** Calls back when the job comes up among the team's running ones, not while it stays there. */
function useOnRunning(jobId: string, onRunning: () => void): void {
  const { running } = useTeamLive();
  const isRunning = running?.some(({ id }) => id === jobId) ?? false;
  const latest = useRef(onRunning);
  useEffect(() => {
    latest.current = onRunning;
  });
  useEffect(() => {
    if (isRunning) latest.current();
  }, [isRunning]);
}
