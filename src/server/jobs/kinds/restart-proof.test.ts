import { describe, expect, it } from 'vitest';

import { leapingClock } from '@/server/clock/leaping-clock.test-support';
import { AppError } from '@/server/errors/app-error';

import { waitForAnotherBoot } from './restart-proof';

const silent = () => new AppError({ code: 'ssh.unreachable', public: 'Nobody answers.' });

/** A host that answers with these, in turn, and with the last one from then on. */
const waitFor = async (...answers: readonly (string | AppError)[]) => {
  let asked = 0;
  const lines: string[] = [];
  await waitForAnotherBoot({
    clock: leapingClock(),
    signal: new AbortController().signal,
    log: { info: (text) => lines.push(text), line: () => undefined },
    before: 'old',
    read: () => {
      const answer = answers[Math.min(asked, answers.length - 1)] ?? '';
      asked += 1;
      return typeof answer === 'string' ? Promise.resolve(answer) : Promise.reject(answer);
    },
  });
  return { asked, lines };
};

describe('the wait for a restart', () => {
  it('goes on while the old system answers or nobody does, and ends with the new one', async () => {
    expect(await waitFor('old', 'old', silent(), 'new')).toEqual({
      asked: 4,
      lines: ['The host has not gone down yet', 'Nobody answers.'],
    });
  });

  it('fails where the old system goes on', async () => {
    await expect(waitFor('old')).rejects.toMatchObject({
      code: 'driver.failed',
      public: expect.stringContaining('The host has not gone down yet') as string,
    });
  });

  it('leaves it to the engine where SSH does not come back', async () => {
    expect((await waitFor('old', silent())).lines.at(-1)).toMatch(/Nobody can tell over SSH/);
  });
});
