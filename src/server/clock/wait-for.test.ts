import { describe, expect, it } from 'vitest';

import { leapingClock } from './leaping-clock.test-support';
import { waitFor, type WaitOptions } from './wait-for';

const never = new AbortController().signal;
const timeout = { code: 'ssh.timeout', what: 'Booting' } as const;

function pollOf(...answers: readonly (string | { value: number })[]): WaitOptions<number>['poll'] {
  let index = 0;
  return () => {
    const answer = answers[Math.min(index, answers.length - 1)] ?? '';
    index += 1;
    return Promise.resolve(
      typeof answer === 'string' ? { done: false, observed: answer } : { done: true, value: answer.value },
    );
  };
}

describe('waitFor', () => {
  it('gives the value at once when there is nothing to wait for', async () => {
    const clock = leapingClock();
    const poll = pollOf({ value: 7 });
    expect(await waitFor({ clock, signal: never, everyMs: 100, timeoutMs: 1000, poll, timeout })).toBe(7);
    expect(clock.sleeps).toEqual([]);
  });

  it('asks again at its pace and tells each change once', async () => {
    const clock = leapingClock();
    const seen: string[] = [];
    const poll = pollOf('off', 'off', 'starting', 'starting', { value: 7 });
    const value = await waitFor({
      clock,
      signal: never,
      everyMs: 100,
      timeoutMs: 1000,
      poll,
      timeout,
      onWaiting: (observed) => seen.push(observed),
    });
    expect(value).toBe(7);
    expect(clock.sleeps).toEqual([100, 100, 100, 100]);
    expect(seen).toEqual(['off', 'starting']);
  });

  it('gives up before its deadline passes, with the code it was given and the last observation', async () => {
    const clock = leapingClock();
    const poll = pollOf('off', 'starting');
    await expect(waitFor({ clock, signal: never, everyMs: 300, timeoutMs: 1000, poll, timeout })).rejects.toMatchObject(
      {
        code: 'ssh.timeout',
        public: 'Booting did not happen within 1 s. Last seen: starting.',
      },
    );
    expect(clock.sleeps).toEqual([300, 300, 300]);
  });

  it('counts the time that the asking itself takes', async () => {
    const clock = leapingClock();
    const poll = () => {
      clock.advance(600);
      return Promise.resolve({ done: false as const, observed: 'slow' });
    };
    await expect(waitFor({ clock, signal: never, everyMs: 100, timeoutMs: 1000, poll, timeout })).rejects.toMatchObject(
      { code: 'ssh.timeout' },
    );
    expect(clock.sleeps).toEqual([100]);
  });

  it('stops at an abort with its reason, without asking again', async () => {
    const abort = new AbortController();
    const clock = leapingClock({ onSleep: () => abort.abort(new Error('cancelled')) });
    let asked = 0;
    const poll = () => {
      asked += 1;
      return Promise.resolve({ done: false as const, observed: 'off' });
    };
    await expect(
      waitFor({ clock, signal: abort.signal, everyMs: 100, timeoutMs: 1000, poll, timeout }),
    ).rejects.toThrow('cancelled');
    expect(asked).toBe(1);
  });

  it('does not swallow what the asking throws', async () => {
    const poll = () => Promise.reject(new Error('broken'));
    await expect(
      waitFor({ clock: leapingClock(), signal: never, everyMs: 100, timeoutMs: 1000, poll, timeout }),
    ).rejects.toThrow('broken');
  });
});
