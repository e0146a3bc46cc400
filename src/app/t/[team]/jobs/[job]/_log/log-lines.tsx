'use client';

import { Button } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import { useTimeZone, useTranslations } from 'next-intl';
import { type CSSProperties, type ReactNode, type RefObject, useMemo } from 'react';

import { scrollable } from '@/app/_ui/explicit-roles';
import type { StepView } from '@/lib/job-view';

import { clockTimes } from './clock-times';
import type { LineRange } from './line-range';
import { LogLine } from './log-line';
import { lineCount, type LogRows, rowAt, stepOfLine } from './log-rows';
import { lineAt, type LogState } from './log-state';
import { LogStepHead } from './log-step-head';
import type { LogList } from './use-log-list';

import classes from './log-lines.module.css';

export interface LogLinesProps {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly label: string;
  readonly list: LogList;
  readonly rows: LogRows;
  readonly log: LogState;
  readonly steps: readonly StepView[];
  readonly isWrapped: boolean;
  readonly hasTimes: boolean;
  readonly wanted: string;
  readonly current: number | undefined;
  readonly range: LineRange | null;
  readonly verdict: number | null;
  readonly isOpen: (step: StepView) => boolean;
  readonly onFold: (step: number, isOpen: boolean) => void;
  readonly onPick: (seq: number, isExtending: boolean) => void;
  /** Lines that have come since the reader stopped following; undefined while there is nothing to jump to. */
  readonly newLines: number | undefined;
  readonly onJump: () => void;
  /** Shown instead of rows when there are none. */
  readonly empty: ReactNode;
}

/** The pane of lines. Only the rows in sight exist as elements. */
export function LogLines(props: LogLinesProps) {
  const { scroller, label, list, rows, isWrapped, newLines, onJump, empty } = props;
  const t = useTranslations('jobs.log');
  const digits = String(Math.max(1, props.log.outline.lastSeq)).length;
  return (
    <div className={classes['frame']}>
      <div
        ref={scroller}
        className={classes['scroller']}
        data-wrap={isWrapped}
        style={{ '--digits': digits } as CSSProperties}
        {...scrollable}
        aria-label={label}
      >
        {rows.count === 0 ? (
          <div className={classes['empty']}>{empty}</div>
        ) : (
          <div className={classes['inner']} style={{ height: list.virtualizer.getTotalSize() }}>
            <Rows {...props} />
          </div>
        )}
      </div>
      <StuckHead {...props} />
      {newLines !== undefined && (
        <Button
          className={classes['jump']}
          size="xs"
          leftSection={<IconArrowDown size={14} stroke={2} aria-hidden />}
          onClick={onJump}
        >
          {t('jumpNew', { count: newLines })}
        </Button>
      )}
    </div>
  );
}

/** Says which step the lines at the top belong to, once the step's own head has gone out of sight. */
function StuckHead({ list, rows, log, steps, isOpen, onFold }: LogLinesProps) {
  const top = list.topPlace;
  const row = top === null ? undefined : rowAt(rows, top);
  const index = row?.kind === 'line' && rows.blocks[0]?.kind === 'step' ? stepOfLine(log.outline, row.seq) : null;
  const step = steps.find((candidate) => candidate.index === index);
  if (!step) return null;
  return (
    <div className={classes['stuck']}>
      <LogStepHead
        step={step}
        lines={lineCount(log.outline, step.index)}
        isOpen={isOpen(step)}
        onToggle={() => onFold(step.index, !isOpen(step))}
      />
    </div>
  );
}

function Rows(props: LogLinesProps) {
  const { list, rows, log, steps, hasTimes, wanted, current, range, verdict, isOpen, onFold, onPick } = props;
  const timeZone = useTimeZone() ?? 'UTC';
  const timeOf = useMemo(() => clockTimes(timeZone), [timeZone]);
  return list.virtualizer.getVirtualItems().map((item) => {
    const row = rowAt(rows, item.index);
    const step = row?.kind === 'step' ? steps.find(({ index }) => index === row.step) : undefined;
    const line = row?.kind === 'line' ? lineAt(log, row.seq) : undefined;
    return (
      <div
        key={item.key}
        ref={list.virtualizer.measureElement}
        data-index={item.index}
        className={classes['row']}
        style={{ transform: `translateY(${item.start}px)` }}
      >
        {step && (
          <LogStepHead
            step={step}
            lines={lineCount(log.outline, step.index)}
            isOpen={isOpen(step)}
            onToggle={() => onFold(step.index, !isOpen(step))}
          />
        )}
        {row?.kind === 'line' && (
          <LogLine
            seq={row.seq}
            line={line}
            time={hasTimes ? (line ? timeOf(line.atMs) : '') : undefined}
            wanted={wanted}
            isTarget={range !== null && row.seq >= range.from && row.seq <= range.to}
            isCurrent={row.seq === current}
            isVerdict={row.seq === verdict}
            onPick={onPick}
          />
        )}
      </div>
    );
  });
}
