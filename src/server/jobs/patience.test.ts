import { describe, expect, it } from 'vitest';

import { AppError } from '@/server/errors/app-error';

import { FakeClock } from '../../../test/support/fake-clock';
import { Patience } from './patience';

const lost = new AppError({ code: 'ssh.connection-lost', public: 'Lost.' });
const silent = new AppError({ code: 'ssh.timeout', public: 'Silent.' });

const setUp = () => {
  const clock = new FakeClock();
  const patience = new Patience(clock);
  const after = (error: unknown, hadContact = true) =>
    patience.after(error, { hadContact, startedMs: clock.now().getTime() });
  return { clock, patience, after };
};

describe('Patience', () => {
  it('waits longer each time, never longer than a quarter of a minute, and tells each reason once', () => {
    const { after } = setUp();
    expect([1, 2, 3, 4, 5, 6].map(() => after(silent)?.pauseMs)).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000]);
    expect(after(silent)?.isNew).toBe(false);
    expect(after(lost)?.isNew).toBe(true);
  });

  it('gives up after ten minutes of the same absence', () => {
    const { clock, after } = setUp();
    expect(after(silent)).not.toBeNull();
    clock.advance(10 * 60_000 - 1);
    expect(after(silent)).not.toBeNull();
    clock.advance(1);
    expect(after(silent)).toBeNull();
  });

  it('begins anew after a try that came further', () => {
    const { clock, patience, after } = setUp();
    after(silent);
    after(silent);
    const startedMs = clock.now().getTime();
    clock.advance(20 * 60_000);
    expect(patience.after(lost, { hadContact: true, startedMs })).toMatchObject({ pauseMs: 1000, isNew: true });
  });

  it('does not wait for a host that never answered, nor for anything that does not pass', () => {
    const { after } = setUp();
    expect(after(silent, false)).toBeNull();
    expect(after(lost, false)).not.toBeNull();
    expect(after(new AppError({ code: 'ssh.auth-rejected', public: 'No.' }))).toBeNull();
    expect(after(new Error('unexpected'))).toBeNull();
  });
});
