import type { Clock } from './clock';

export interface LeapingClock extends Clock {
  /** What was slept so far, in milliseconds each. */
  readonly sleeps: readonly number[];
  advance(ms: number): void;
}

export interface LeapingClockOptions {
  readonly start?: Date;
  /** What happens in the world while somebody sleeps. */
  readonly onSleep?: (ms: number) => void | Promise<void>;
}

/**
 * A clock whose time leaps ahead, at once, where somebody sleeps on it: for waits whose every step does real work.
 * (FakeClock in test/support stands still until the test moves it.)
 */
export function leapingClock({
  start = new Date('2026-01-01T00:00:00Z'),
  onSleep,
}: LeapingClockOptions = {}): LeapingClock {
  let time = start.getTime();
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => new Date(time),
    advance: (ms) => {
      time += ms;
    },
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      sleeps.push(ms);
      await onSleep?.(ms);
      time += ms;
      signal?.throwIfAborted();
    },
  };
}
