const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const padded = (value: number) => String(value).padStart(2, '0');

/**
 * Writes a span of time with two significant units: "850 ms", "4.2 s", "1 min 05 s", "2 h 03 min", "3 d 04 h".
 * In: milliseconds; below zero counts as zero. The unit symbols are SI's and the same in every language. Pure.
 */
export function formatDuration(ms: number): string {
  const span = Math.max(0, ms);
  if (span < second) return `${Math.floor(span)} ms`;
  if (span < 10 * second) return `${(Math.floor(span / 100) / 10).toFixed(1)} s`;
  if (span < minute) return `${Math.floor(span / second)} s`;
  if (span < hour) return `${Math.floor(span / minute)} min ${padded(Math.floor((span % minute) / second))} s`;
  if (span < day) return `${Math.floor(span / hour)} h ${padded(Math.floor((span % hour) / minute))} min`;
  return `${Math.floor(span / day)} d ${padded(Math.floor((span % day) / hour))} h`;
}

/**
 * The same span for a clock that runs on the screen: whole seconds, so that the text changes once a second and
 * does not flicker. In: milliseconds. Pure.
 */
export function formatElapsed(ms: number): string {
  const span = Math.max(0, ms);
  return span < minute ? `${Math.floor(span / second)} s` : formatDuration(span);
}
