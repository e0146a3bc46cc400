import { describe, expect, it } from 'vitest';

import { Slots } from './slots';

describe('Slots', () => {
  it('lets no more run than there are, in the order in which they came, also after a failure', async () => {
    const slots = new Slots(2);
    const started: string[] = [];
    const open: (() => void)[] = [];
    const use = (name: string) =>
      slots.use(
        () =>
          new Promise<void>((resolve, reject) => {
            started.push(name);
            open.push(() => (name === 'a' ? reject(new Error('down')) : resolve()));
          }),
      );
    const finish = async () => {
      open.shift()?.();
      await new Promise(setImmediate);
    };
    const all = Promise.allSettled(['a', 'b', 'c', 'd'].map(use));
    let isQuiet = false;
    const quiet = slots.nobodyWaits().then(() => (isQuiet = true));
    expect(started).toEqual(['a', 'b']);
    await finish();
    expect(started).toEqual(['a', 'b', 'c']);
    expect(isQuiet).toBe(false);
    await finish();
    expect(started).toEqual(['a', 'b', 'c', 'd']);
    await quiet;
    await finish();
    await finish();
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
    await slots.nobodyWaits();
    expect(await slots.use(() => Promise.resolve('free'))).toBe('free');
  });
});
