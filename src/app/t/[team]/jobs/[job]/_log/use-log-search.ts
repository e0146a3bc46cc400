'use client';

import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';

import { plainText } from '@/lib/ansi';
import { textMatcher } from '@/lib/text-match';
import { useTRPC } from '@/trpc/client';

import { lineAt, type LogState } from './log-state';

const typingPauseMs = 150;

export interface LogSearch {
  readonly text: string;
  readonly setText: (text: string) => void;
  /** The text that `matches` are of; empty where nothing is searched for. */
  readonly wanted: string;
  /** Numbers of the lines that match, ascending; undefined until the first answer. */
  readonly matches: readonly number[] | undefined;
  /** False where there are more matches than are listed. */
  readonly isComplete: boolean;
  readonly error: unknown;
}

/** Searches the whole log: the server what was there when it was asked, the page what has come since. */
export function useLogSearch(options: {
  readonly team: string;
  readonly job: string;
  readonly log: LogState;
  readonly step: number | null;
}): LogSearch {
  const { team, job, log, step } = options;
  const trpc = useTRPC();
  const [text, setText] = useState('');
  const [settled] = useDebouncedValue(text, typingPauseMs);
  const wanted = text === '' ? '' : settled.slice(0, 200);
  const query = useQuery(
    trpc.jobs.searchLog.queryOptions(
      { team, job, text: wanted, ...(step !== null && { step }) },
      { enabled: wanted !== '', placeholderData: keepPreviousData, staleTime: Number.POSITIVE_INFINITY, gcTime: 0 },
    ),
  );
  const found = wanted === '' ? undefined : query.data;
  const matches = useMemo(
    () =>
      found && [...found.seqs, ...(found.isComplete ? newMatches(log, { wanted, step, after: found.throughSeq }) : [])],
    [found, log, wanted, step],
  );
  return { text, setText, wanted, matches, isComplete: found?.isComplete ?? true, error: query.error };
}

function newMatches(
  log: LogState,
  { wanted, step, after }: { readonly wanted: string; readonly step: number | null; readonly after: number },
): number[] {
  const isMatch = textMatcher(wanted);
  const seqs: number[] = [];
  for (let seq = after + 1; seq <= log.outline.lastSeq; seq++) {
    const line = lineAt(log, seq);
    if (line && (step === null || line.step === step) && isMatch(plainText(line.text))) seqs.push(seq);
  }
  return seqs;
}
