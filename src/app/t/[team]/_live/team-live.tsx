'use client';

import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';

import type { RunningJobView, TeamEvent } from '@/lib/job-view';
import { useTRPC, useTRPCClient } from '@/trpc/client';

import { isReconnecting } from './stream-state';
import { type StreamHandlers, useStream } from './use-stream';

export interface TeamLive {
  /** The team's jobs that have not ended, oldest first; undefined until the first answer. */
  readonly running: readonly RunningJobView[] | undefined;
  readonly isReconnecting: boolean;
}

type OnChange = (listener: () => void) => () => void;

const Live = createContext<TeamLive>({ running: undefined, isReconnecting: false });
const Changes = createContext<OnChange>(() => () => undefined);

export interface TeamLiveProviderProps {
  /** The team's slug. */
  readonly team: string;
  readonly children: ReactNode;
}

/**
 * One stream for all pages of a team: what runs, and that machines or jobs have changed. Lists of jobs refresh by
 * themselves; other lists ask for it with `useTeamChange`.
 */
export function TeamLiveProvider({ team, children }: TeamLiveProviderProps) {
  const client = useTRPCClient();
  const refreshJobs = useRefreshJobs();
  const [running, setRunning] = useState<readonly RunningJobView[]>();
  const listeners = useRef(new Set<() => void>());
  const onChange = useCallback<OnChange>((listener) => {
    listeners.current.add(listener);
    return () => listeners.current.delete(listener);
  }, []);

  const stream = useStream<TeamEvent>({
    open: useCallback(
      (handlers: StreamHandlers<TeamEvent>) => client.jobs.watchTeam.subscribe({ team }, handlers),
      [client, team],
    ),
    onData: (event) => {
      setRunning(event.running);
      if (!event.hasChanges) return;
      refreshJobs();
      listeners.current.forEach((notify) => notify());
    },
    mayEnd: never,
    isEnabled: true,
  });
  const reconnecting = isReconnecting(stream);
  const live = useMemo(() => ({ running, isReconnecting: reconnecting }), [running, reconnecting]);
  return (
    <Changes value={onChange}>
      <Live value={live}>{children}</Live>
    </Changes>
  );
}

const never = () => false;

function useRefreshJobs(): () => void {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return useCallback(() => {
    for (const filter of [trpc.jobs.list.pathFilter(), trpc.jobs.kinds.pathFilter()]) {
      void queryClient.invalidateQueries(filter);
    }
  }, [trpc, queryClient]);
}

/** What runs in the team right now. */
export const useTeamLive = (): TeamLive => useContext(Live);

/** Calls back when machines or jobs of the team have changed, and after a gap in which they may have. At most once a second. */
export function useTeamChange(listener: () => void): void {
  const onChange = useContext(Changes);
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => onChange(() => latest.current()), [onChange]);
}
