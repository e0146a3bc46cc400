'use client';

import { Button } from '@mantine/core';
import { useHotkeys, useLocalStorage } from '@mantine/hooks';
import { useTranslations } from 'next-intl';
import { useRef, useState } from 'react';

import { plainText } from '@/lib/ansi';
import type { JobLogLine } from '@/lib/job';
import type { StepView } from '@/lib/job-view';

import { stepTitle } from '../../_components/job-texts';
import type { JobPageState } from '../_components/job-state';
import { CopyLog } from './copy-log';
import type { LineRange } from './line-range';
import { LogLines } from './log-lines';
import { rangeOf } from './log-rows';
import { LogToolbar } from './log-toolbar';
import { type LogPages, useLogPages } from './use-log-pages';
import { useLogPlaces } from './use-log-places';
import { useLogSearch } from './use-log-search';
import { useLogView } from './use-log-view';
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
  const [isWrapped, setWrapped] = useLocalStorage({ key: 'quaymaster-log-wrap', defaultValue: true });
  const [hasTimes, setTimes] = useLocalStorage({ key: 'quaymaster-log-times', defaultValue: false });
  const searchField = useRef<HTMLInputElement>(null);
  const scroller = useRef<HTMLDivElement>(null);

  const view = useLogView(scroller, { state, selected, isWrapped });
  const { rows, list, folds, isLive, isFollowed, setWanted } = view;
  const { range, verdict, goTo, jump, pick } = useLogPlaces({ state, view, selected, onSelect });
  const pages = useLogPages({ team, job: job.id, log, shown: list.shown, onLines });
  const search = useLogSearch({ team, job: job.id, log, step: selected?.index ?? null });
  const walk = useMatchWalk({ search, from: list.shown?.from ?? 1, goTo });
  const newLines = useNewLines(log.outline.lastSeq, isFollowed);
  const follow = (isOn: boolean) => (isOn ? jump() : setWanted(false));
  useHotkeys([
    ['/', () => searchField.current?.focus()],
    ['f', () => isLive && follow(!isFollowed)],
    ['n', walk.next],
    ['shift+n', walk.previous],
  ]);
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
        copy={<CopyShown log={log} pages={pages} range={range} selected={selected} />}
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

interface CopyShownProps {
  readonly log: JobPageState['log'];
  readonly pages: LogPages;
  readonly range: LineRange | null;
  readonly selected: StepView | null;
}

/** Copies the lines that the address points at, else those of the step that is shown, else all. */
function CopyShown({ log, pages, range, selected }: CopyShownProps) {
  const copied = range ?? rangeOf(log.outline, selected?.index ?? null);
  const read = async () => {
    const lines = await pages.read(copied);
    return lines
      .filter(({ step }) => range !== null || selected === null || step === selected.index)
      .map(({ text }) => plainText(text))
      .join('\n');
  };
  return <CopyLog count={copied.to - copied.from + 1} isRange={range !== null} read={read} />;
}

/** How many lines have come since the log was last followed. */
function useNewLines(lastSeq: number, isFollowed: boolean): number {
  const [leftAt, setLeftAt] = useState(lastSeq);
  if (isFollowed && leftAt !== lastSeq) setLeftAt(lastSeq);
  return lastSeq - leftAt;
}
