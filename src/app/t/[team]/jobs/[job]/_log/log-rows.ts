import type { LogOutline } from '@/lib/job-view';

/** What the log pane shows in a row: the head of a step, or one line. */
export type LogRow = { readonly kind: 'step'; readonly step: number } | { readonly kind: 'line'; readonly seq: number };

type Block =
  | { readonly kind: 'step'; readonly start: number; readonly step: number }
  | { readonly kind: 'lines'; readonly start: number; readonly from: number; readonly to: number };

/** The rows of a view in a form that needs no row to be made: a hundred thousand lines are a handful of blocks. */
export interface LogRows {
  readonly count: number;
  readonly blocks: readonly Block[];
}

const append = (rows: LogRows, outline: LogOutline, step: number): LogRows => {
  const blocks = [...rows.blocks];
  let { count } = rows;
  for (const segment of outline.segments) {
    if (segment.step !== step) continue;
    blocks.push({ kind: 'lines', start: count, from: segment.from, to: segment.to });
    count += segment.to - segment.from + 1;
  }
  return { count, blocks };
};

const none: LogRows = { count: 0, blocks: [] };

/** The lines of one step. Pure. */
export const rowsOfStep = (outline: LogOutline, step: number): LogRows => append(none, outline, step);

/** A head for each step and, under those that are open, their lines. Pure. */
export function rowsOfSteps(
  outline: LogOutline,
  steps: readonly { readonly index: number; readonly isOpen: boolean }[],
): LogRows {
  return steps.reduce<LogRows>((rows, { index, isOpen }) => {
    const head: Block = { kind: 'step', start: rows.count, step: index };
    const headed = { count: rows.count + 1, blocks: [...rows.blocks, head] };
    return isOpen ? append(headed, outline, index) : headed;
  }, none);
}

const blockAt = (blocks: readonly Block[], place: number): Block | undefined => {
  let low = 0;
  let high = blocks.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((blocks[middle]?.start ?? 0) <= place) low = middle;
    else high = middle - 1;
  }
  return blocks[low];
};

const sizeOf = (block: Block): number => (block.kind === 'step' ? 1 : block.to - block.from + 1);

const holds = (block: Block, place: number): boolean => place >= block.start && place < block.start + sizeOf(block);

/**
 * Finds the block of a place. It looks first where it found the last one, because a list that measures itself asks for
 * place after place, tens of thousands at a time.
 */
export function blockFinder({ blocks }: LogRows): (place: number) => Block | undefined {
  let last = blocks[0];
  return (place) => {
    if (last && holds(last, place)) return last;
    last = blockAt(blocks, place);
    return last && holds(last, place) ? last : undefined;
  };
}

/** The row at a place from 0 to `count` - 1. Pure. */
export function rowAt({ blocks }: LogRows, place: number): LogRow | undefined {
  const block = blockAt(blocks, place);
  if (!block || !holds(block, place)) return undefined;
  return block.kind === 'step'
    ? { kind: 'step', step: block.step }
    : { kind: 'line', seq: block.from + place - block.start };
}

/** The place of a line; null where the view does not show it. Pure. */
export function placeOfLine({ blocks }: LogRows, seq: number): number | null {
  for (const block of blocks) {
    if (block.kind === 'lines' && seq >= block.from && seq <= block.to) return block.start + seq - block.from;
  }
  return null;
}

/** The step that wrote a line; null where the log has no such line. Pure. */
export const stepOfLine = ({ segments }: LogOutline, seq: number): number | null =>
  segments.find(({ from, to }) => seq >= from && seq <= to)?.step ?? null;

/** How many lines a step has. Pure. */
export const lineCount = ({ segments }: LogOutline, step: number): number =>
  segments.reduce((sum, segment) => (segment.step === step ? sum + segment.to - segment.from + 1 : sum), 0);

/** The last line that a step wrote; null where it wrote none. Pure. */
export const lastLineOf = ({ segments }: LogOutline, step: number): number | null =>
  segments.findLast((segment) => segment.step === step)?.to ?? null;

/** From the first to the last line of a step, or of the whole log; an empty range (1 to 0) where there is none. Pure. */
export function rangeOf({ lastSeq, segments }: LogOutline, step: number | null): { from: number; to: number } {
  if (step === null) return { from: 1, to: lastSeq };
  const own = segments.filter((segment) => segment.step === step);
  return { from: own[0]?.from ?? 1, to: own.at(-1)?.to ?? 0 };
}
