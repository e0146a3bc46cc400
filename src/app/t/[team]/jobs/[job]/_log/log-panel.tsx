'use client';

import { Button } from '@mantine/core';
import { useHotkeys, useLocalStorage } from '@mantine/hooks';
import { useTranslations } from 'next-intl';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';

import { plainText } from '@/lib/ansi';
import { type JobLogLine, jobHasEnded } from '@/lib/job';
import type { StepView } from '@/lib/job-view';

import { stepTitle } from '../../_components/job-texts';
import type { JobPageState } from '../_components/job-state';
import { CopyLog } from './copy-log';
import { extendTo, type LineRange, parseLineRange } from './line-range';
import { LogLines } from './log-lines';
import { lastLineOf, lineCount, rangeOf, rowsOfStep, rowsOfSteps } from './log-rows';
import { LogToolbar } from './log-toolbar';
import { useAddressedLines, useDestination } from './use-destination';
import { useFolds } from './use-folds';
import { useFollow, useStickToEnd } from './use-follow';
import { useLineRange } from './use-line-range';
import { useLogList } from './use-log-list';
import { useLogPages } from './use-log-pages';
import { useLogSearch } from './use-log-search';
import { useMatchWalk } from './use-match-walk';

import classes from './log-panel.module.css';

export interface LogPanelProps {
  readonly team: string;
  readonly state: JobPageState;
  /** The step whose lines are shown; null for all. */
  readonly selected: StepView | null;
  readonly onSelect: (step: StepView | null) => void;
  readonly onLines: (lines: readonly JobLogLine[]) => void;
}

/** The log of a job: all steps one under the other, or one step. */
export function LogPanel({ team, state, selected, onSelect, onLines }: LogPanelProps) {
  const t = useTranslations('jobs');
  const { job, steps, log } = state;
  const { outline } = log;
  const isLive = !jobHasEnded(job.state);
  const [isWrapped, setWrapped] = useLocalStorage({ key: 'quaymaster-log-wrap', defaultValue: true });
  const [hasTimes, setTimes] = useLocalStorage({ key: 'quaymaster-log-times', defaultValue: false });
  const searchField = useRef<HTMLInputElement>(null);
  const scroller = useRef<HTMLDivElement>(null);

  const { isWanted, setWanted } = useFollow(scroller);
  const isFollowed = isLive && isWanted;
  const folds = useFolds(steps, isFollowed);
  const openSteps = steps.map(({ index }, place) => {
    const step = steps[place];
    return { index, isOpen: step !== undefined && folds.isOpen(step), hasBegun: step?.startedAt != null };
  });
  // Made anew only when what is shown changes, not when a step's duration does.
  const openKey = selected ? `only ${selected.index}` : JSON.stringify(openSteps);
  const rows = useMemo(
    () => {
      if (selected) return rowsOfStep(outline, selected.index);
      return rowsOfSteps(
        outline,
        openSteps.filter(({ index, hasBegun }) => hasBegun || lineCount(outline, index) > 0),
      );
    },
    // oxlint-disable-next-line react/exhaustive-deps -- openKey says all that matters of openSteps and selected
    [outline, openKey],
  );
  const list = useLogList(scroller, { rows, isWrapped });
  useStickToEnd(scroller, isFollowed, list.virtualizer.getTotalSize());
  const pages = useLogPages({ team, job: job.id, log, shown: list.shown, onLines });

  const showAll = useCallback(() => onSelect(null), [onSelect]);
  const leave = useCallback(() => setWanted(false), [setWanted]);
  const { set: setFold } = folds;
  const unfold = useCallback((step: number) => setFold(step, true), [setFold]);
  const goTo = useDestination({ log, list, selected, onShowAll: showAll, onUnfold: unfold, onLeave: leave });

  const { range, setRange } = useLineRange();
  const [picked, setPicked] = useState<LineRange | null>(null);
  useAddressedLines(range, { picked, goTo });
  const pick = useCallback(
    (seq: number, isExtending: boolean) => {
      const next = extendTo(isExtending ? parseLineRange(window.location.hash) : null, seq);
      setPicked(next);
      setRange(next);
    },
    [setRange],
  );

  const verdict = job.state === 'failed' && job.error ? lastLineOf(outline, job.error.step) : null;
  useVerdict(verdict, { isWanted, goTo });

  const search = useLogSearch({ team, job: job.id, log, step: selected?.index ?? null });
  const walk = useMatchWalk({ search, from: list.shown?.from ?? 1, goTo });
  const newLines = useNewLines(outline.lastSeq, isFollowed);
  const jump = () => {
    const running = steps.find((step) => step.state === 'running');
    if (running) unfold(running.index);
    if (selected && selected.index !== running?.index) onSelect(null);
    setWanted(true);
  };
  const follow = (isOn: boolean) => (isOn ? jump() : setWanted(false));
  useHotkeys([
    ['/', () => searchField.current?.focus()],
    ['f', () => isLive && follow(!isFollowed)],
    ['n', walk.next],
    ['shift+n', walk.previous],
  ]);

  const copied = range ?? rangeOf(outline, selected?.index ?? null);
  const readCopied = async () => {
    const lines = await pages.read(copied);
    return lines
      .filter(({ step }) => range !== null || selected === null || step === selected.index)
      .map(({ text }) => plainText(text))
      .join('\n');
  };
  return (
    <section className={classes['panel']} aria-label={t('log.label')}>
      <LogToolbar
        team={team}
        job={job.id}
        searchField={searchField}
        search={{ ...search, ...walk, count: search.matches?.length }}
        hasTimes={hasTimes}
        onTimes={setTimes}
        isWrapped={isWrapped}
        onWrap={setWrapped}
        follow={isLive ? { isFollowed, setFollowed: follow } : undefined}
        copy={<CopyLog count={copied.to - copied.from + 1} isRange={range !== null} read={readCopied} />}
      />
      {pages.hasFailed && (
        <div className={classes['failed']} role="alert">
          {t('log.loadFailed')}
          <Button size="compact-xs" variant="default" onClick={pages.retry}>
            {t('log.again')}
          </Button>
        </div>
      )}
      <LogLines
        scroller={scroller}
        label={selected ? t('log.labelOf', { step: stepTitle(t, selected.name) }) : t('log.label')}
        list={list}
        rows={rows}
        log={log}
        steps={steps}
        isWrapped={isWrapped}
        hasTimes={hasTimes}
        wanted={search.wanted}
        current={walk.current}
        range={range}
        verdict={verdict}
        isOpen={folds.isOpen}
        onFold={folds.set}
        onPick={pick}
        newLines={isLive && !isFollowed ? newLines : undefined}
        onJump={jump}
        empty={t(selected ? 'log.emptyStep' : isLive ? 'log.emptyQueued' : 'log.empty')}
      />
    </section>
  );
}

/** Goes to the line that says why a job failed, unless the reader is elsewhere or the address points at lines. */
function useVerdict(
  verdict: number | null,
  options: { readonly isWanted: boolean; readonly goTo: (seq: number) => void },
) {
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  });
  useEffect(() => {
    const { isWanted, goTo } = latest.current;
    // The hash itself: on the page's first rendering the address is not known yet.
    if (verdict !== null && isWanted && !parseLineRange(window.location.hash)) goTo(verdict);
  }, [verdict]);
}

/** How many lines have come since the log was last followed. */
function useNewLines(lastSeq: number, isFollowed: boolean): number {
  const [leftAt, setLeftAt] = useState(lastSeq);
  if (isFollowed && leftAt !== lastSeq) setLeftAt(lastSeq);
  return lastSeq - leftAt;
}
