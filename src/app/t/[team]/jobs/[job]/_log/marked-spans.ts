import type { AnsiSpan } from '@/lib/ansi';
import type { TextRange } from '@/lib/text-match';

export interface MarkedSpan extends AnsiSpan {
  readonly isMatch: boolean;
}

/** Cuts spans where matches begin and end; ranges are places in the spans' joined text, ascending, without overlaps. Pure. */
export function markSpans(spans: readonly AnsiSpan[], ranges: readonly TextRange[]): readonly MarkedSpan[] {
  const marked: MarkedSpan[] = [];
  let start = 0;
  for (const span of spans) {
    const end = start + span.text.length;
    let at = start;
    const add = (to: number, isMatch: boolean) => {
      if (to > at) marked.push({ ...span, text: span.text.slice(at - start, to - start), isMatch });
      at = Math.max(at, to);
    };
    for (const { from, to } of ranges) {
      if (to <= start || from >= end) continue;
      add(Math.max(from, start), false);
      add(Math.min(to, end), true);
    }
    add(end, false);
    start = end;
  }
  return marked;
}
