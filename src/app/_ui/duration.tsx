'use client';

import { formatDuration, formatElapsed } from '@/lib/format/duration';

import { useClock } from './now';

export type DurationProps =
  | { readonly ms: number; readonly className?: string }
  | { readonly since: Date; readonly until?: Date | undefined; readonly className?: string };

/** A span of time: a measured one, or from `since` until `until`, counting on the screen while that is not known. */
export function Duration(props: DurationProps) {
  const text = useClock((nowMs) => {
    if ('ms' in props) return formatDuration(props.ms);
    if (props.until) return formatDuration(props.until.getTime() - props.since.getTime());
    return formatElapsed(nowMs - props.since.getTime());
  });
  return (
    <span className={props.className} style={{ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}>
      {text}
    </span>
  );
}
