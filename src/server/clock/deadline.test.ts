import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { expect, it } from 'vitest';

import { deadlineSignal } from './deadline';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

it('fires also where only a signal made of several listens to it, and garbage is collected meanwhile', async () => {
  const outer = new AbortController();
  let fired = 0;
  const listen = () => {
    const both = AbortSignal.any([outer.signal, deadlineSignal(200)]);
    both.addEventListener('abort', () => {
      expect((both.reason as Error).name).toBe('TimeoutError');
      fired += 1;
    });
  };
  for (let index = 0; index < 20; index += 1) listen();
  // After the turn of the loop in which they were made.
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  await expect.poll(() => fired, { timeout: 5000 }).toBe(20);
});
