import type { JobLogLine } from '@/lib/job';
import type { LogOutline, LogSegment } from '@/lib/job-view';

/** Lines are kept and fetched in chunks of this many. */
export const chunkSize = 500;

/** A log of which the shape is known and the lines are there as far as they have been fetched or have arrived. */
export interface LogState {
  readonly outline: LogOutline;
  readonly chunks: ReadonlyMap<number, readonly (JobLogLine | undefined)[]>;
}

export const chunkOf = (seq: number): number => Math.floor((seq - 1) / chunkSize);

const placeOf = (seq: number): number => (seq - 1) % chunkSize;

export const openLog = (outline: LogOutline): LogState => ({ outline, chunks: new Map() });

export const lineAt = (state: LogState, seq: number): JobLogLine | undefined =>
  state.chunks.get(chunkOf(seq))?.[placeOf(seq)];

const extended = (segments: readonly LogSegment[], added: readonly JobLogLine[]): readonly LogSegment[] => {
  const next = [...segments];
  for (const { seq, step } of added) {
    const last = next.at(-1);
    if (last?.step === step) next[next.length - 1] = { ...last, to: seq };
    else next.push({ step, from: seq, to: seq });
  }
  return next;
};

/** The lines that go on right behind `lastSeq`. What lies behind a gap is left out: it comes again, in order. */
const continuing = (lastSeq: number, lines: readonly JobLogLine[]): readonly JobLogLine[] => {
  let end = lastSeq;
  return lines.filter(({ seq }) => {
    if (seq !== end + 1) return false;
    end = seq;
    return true;
  });
};

/**
 * Takes in lines, live ones or ones read back, in ascending order. A line that is there already stays as it is, one that
 * goes on behind the last makes the log longer, one behind a gap is not taken: so messages may come twice or overlap, and
 * the log never shows a hole. Pure.
 */
export function addLines(state: LogState, lines: readonly JobLogLine[]): LogState {
  const { lastSeq, segments } = state.outline;
  const added = continuing(lastSeq, lines);
  const end = added.at(-1)?.seq ?? lastSeq;
  const missing = lines.filter((line) => line.seq <= end && !lineAt(state, line.seq));
  if (missing.length === 0) return state;
  const chunks = new Map(state.chunks);
  const touched = new Map<number, (JobLogLine | undefined)[]>();
  for (const line of missing) {
    const index = chunkOf(line.seq);
    const chunk = touched.get(index) ?? [...(chunks.get(index) ?? [])];
    chunk[placeOf(line.seq)] = line;
    touched.set(index, chunk);
  }
  for (const [index, chunk] of touched) chunks.set(index, chunk);
  return { outline: added.length ? { lastSeq: end, segments: extended(segments, added) } : state.outline, chunks };
}

/** The range of a chunk that is still to be fetched; null where all its lines are there. Pure. */
export function missingRange(state: LogState, chunk: number): { readonly from: number; readonly to: number } | null {
  const first = chunk * chunkSize + 1;
  const last = Math.min(first + chunkSize - 1, state.outline.lastSeq);
  let from = first;
  while (from <= last && lineAt(state, from)) from += 1;
  if (from > last) return null;
  let to = last;
  while (lineAt(state, to)) to -= 1;
  return { from, to };
}
