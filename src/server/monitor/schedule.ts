/** What decides when a machine is looked at next. */
export interface Course {
  /** Since when it has not been as it should; null while it is. */
  readonly downSinceMs: number | null;
  /** A gate there lags behind what is wanted: every moment counts when it comes back. */
  readonly isPending: boolean;
  /** A gate there ends by itself what it does not hear about. */
  readonly hasLease: boolean;
}

/** Between two answers over a kept connection. */
export const pingEveryMs = 2000;
/** An answer that takes longer is a reason to look. Grows with a machine's patience. */
export const pingLateMs = 750;
/** How long each part of a quick look may take. Grows with a machine's patience. */
export const quickLookMs = 1500;

const lookEveryMs = 60_000;
/** Twice within the shortest lease, so that one look may fail. */
const lookWithLeaseMs = 30_000;
/** Between two looks at a host that lags behind: every moment counts when it comes back. */
export const pendingEveryMs = 5000;
const downFirstMs = 3000;
const downLongestMs = 60_000;
/** The share of the time for which a machine has been down that passes until the next look at it. */
const downShare = 0.1;
const spreadMs = 15_000;
const spreadPerMachineMs = 15;

/** `dice` is a number from 0 up to 1: the looks at many machines stay spread, whatever made them fall together. */
const around = (ms: number, dice: number): number => Math.round(ms * (0.9 + 0.2 * dice));

/**
 * How long until the next look, in milliseconds. One that is down is looked at ever more rarely, a tenth of its time down
 * apart, at most a minute. Pure.
 */
export function nextLookInMs(course: Course, { nowMs, dice }: { nowMs: number; dice: number }): number {
  const { downSinceMs, isPending, hasLease } = course;
  const usual =
    downSinceMs === null
      ? hasLease
        ? lookWithLeaseMs
        : lookEveryMs
      : Math.min(downLongestMs, Math.max(downFirstMs, (nowMs - downSinceMs) * downShare));
  return isPending ? Math.min(pendingEveryMs, around(usual, dice)) : around(usual, dice);
}

/** How long until the first look at one of so many machines that are new to this process. Pure. */
export const firstLookInMs = (count: number, dice: number): number =>
  Math.round(Math.min(spreadMs, count * spreadPerMachineMs) * dice);
