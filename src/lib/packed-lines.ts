import type { JobLogLine } from './job';
import { logStreams } from './step-log';

/** Neighbouring lines of one step and one stream: [step, place in logStreams, time of the first, times after it, texts]. */
type Run = [step: number, stream: number, atMs: number, laterMs: number[], texts: string[]];

/**
 * Lines of a log as one text, first number first: what every line repeats is said once. Made once, it is sent to any number
 * of viewers, and kept for as long as the log is. Pure.
 */
export function packLines(lines: readonly JobLogLine[]): string {
  const runs: Run[] = [];
  for (const { step, stream, atMs, text } of lines) {
    const place = logStreams.indexOf(stream);
    const last = runs.at(-1);
    if (last && last[0] === step && last[1] === place) {
      last[3].push(atMs - last[2]);
      last[4].push(text);
    } else {
      runs.push([step, place, atMs, [0], [text]]);
    }
  }
  return JSON.stringify([lines[0]?.seq ?? 0, runs]);
}

/** The lines that packLines was given. Pure. */
export function unpackLines(packed: string): readonly JobLogLine[] {
  const [first, runs] = JSON.parse(packed) as [number, Run[]];
  let seq = first;
  return runs.flatMap(([step, place, atMs, laterMs, texts]) =>
    texts.map((text, index) => ({
      seq: seq++,
      step,
      stream: logStreams[place] ?? 'stdout',
      atMs: atMs + (laterMs[index] ?? 0),
      text,
    })),
  );
}
