/** Lines that an address points at, both ends included. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

const pattern = /^#L(\d{1,9})(?:-L?(\d{1,9}))?$/;

/** Reads "#L12" and "#L12-L20", ends in either order; null for anything else. Pure. */
export function parseLineRange(hash: string): LineRange | null {
  const [, first, second] = pattern.exec(hash) ?? [];
  if (first === undefined) return null;
  const ends = [Number(first), Number(second ?? first)];
  const from = Math.min(...ends);
  return from < 1 ? null : { from, to: Math.max(...ends) };
}

/** The part of an address that `parseLineRange` reads. Pure. */
export const formatLineRange = ({ from, to }: LineRange): string => (from === to ? `#L${from}` : `#L${from}-L${to}`);

/** From the line chosen before to the one that was clicked with Shift. Pure. */
export const extendTo = (range: LineRange | null, seq: number): LineRange =>
  range ? { from: Math.min(range.from, seq), to: Math.max(range.from, seq) } : { from: seq, to: seq };
