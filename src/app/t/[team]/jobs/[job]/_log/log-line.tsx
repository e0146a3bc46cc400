'use client';

import { IconAlertTriangle, IconCircleX } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { memo, type MouseEvent } from 'react';

import type { JobLogLine } from '@/lib/job';

import { lineMark, type LineMark } from './line-mark';
import { LogText } from './log-text';

import classes from './log-lines.module.css';

export interface LogLineProps {
  readonly seq: number;
  /** Undefined while it is on its way. */
  readonly line: JobLogLine | undefined;
  /** Where it stands in the time zone of the reader; undefined while times are hidden. */
  readonly time: string | undefined;
  readonly wanted: string;
  readonly isTarget: boolean;
  /** The match that the search stands at. */
  readonly isCurrent: boolean;
  /** The line that says why the step failed. */
  readonly isVerdict: boolean;
  readonly onPick: (seq: number, isExtending: boolean) => void;
}

/** One line of the log. Its number is a link to it. */
export const LogLine = memo(function LogLine(props: LogLineProps) {
  const { seq, line, time, wanted, isTarget, isCurrent, isVerdict, onPick } = props;
  const t = useTranslations('jobs.log');
  const mark = isVerdict ? 'error' : line && lineMark(line);
  const pick = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.button !== 0) return;
    event.preventDefault();
    onPick(seq, event.shiftKey);
  };
  return (
    <div
      className={classes['line']}
      data-stream={line?.stream}
      data-mark={mark}
      data-target={isTarget || undefined}
      data-current={isCurrent || undefined}
    >
      <a className={classes['number']} href={`#L${seq}`} onClick={pick} aria-label={t('line', { number: seq })}>
        {seq}
      </a>
      <span className={classes['sign']}>{mark && <Sign mark={mark} label={t(`${mark}Line`)} />}</span>
      {time !== undefined && (
        <time className={classes['time']} dateTime={line && new Date(line.atMs).toISOString()}>
          {time}
        </time>
      )}
      <span className={classes['text']}>
        {line ? <LogText text={line.text} wanted={wanted} /> : <span className={classes['absent']} aria-hidden />}
      </span>
    </div>
  );
});

function Sign({ mark, label }: { readonly mark: LineMark; readonly label: string }) {
  const shared = { size: 14, stroke: 2, role: 'img', 'aria-label': label } as const;
  return mark === 'error' ? <IconCircleX {...shared} /> : <IconAlertTriangle {...shared} />;
}
