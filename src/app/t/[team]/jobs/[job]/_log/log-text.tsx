import clsx from 'clsx';

import { type AnsiSpan, parseAnsi } from '@/lib/ansi';
import { findMatches } from '@/lib/text-match';

import { markSpans } from './marked-spans';

import classes from './log-text.module.css';

export interface LogTextProps {
  /** One line as it was written, colour codes and all. */
  readonly text: string;
  /** What is searched for; its occurrences are marked. */
  readonly wanted?: string;
}

const classOf = (span: AnsiSpan): string =>
  clsx(
    span.foreground && classes[`fg-${span.foreground}`],
    span.background && classes[`bg-${span.background}`],
    span.isBold && classes['bold'],
    span.isFaint && classes['faint'],
    span.isItalic && classes['italic'],
    span.isUnderlined && classes['underlined'],
    span.isInverse && classes['inverse'],
  );

/** A line's text with its colours. Whatever the host wrote becomes text nodes, so none of it can become markup. */
export function LogText({ text, wanted = '' }: LogTextProps) {
  const spans = parseAnsi(text);
  const ranges = wanted === '' ? [] : findMatches(spans.map((span) => span.text).join(''), wanted);
  return markSpans(spans, ranges).map((span, index) => {
    const className = classOf(span);
    const key = index;
    if (span.isMatch) {
      return (
        <mark key={key} className={clsx(classes['match'], className)}>
          {span.text}
        </mark>
      );
    }
    return className === '' ? (
      span.text
    ) : (
      <span key={key} className={className}>
        {span.text}
      </span>
    );
  });
}
