import { describe, expect, it } from 'vitest';

import { RunResources } from './run-resources';

const opener = () => {
  const log: string[] = [];
  let count = 0;
  return {
    log,
    open: () => {
      count += 1;
      const value = { id: count, isAlive: true };
      log.push(`open ${value.id}`);
      return Promise.resolve({ value, close: () => Promise.resolve(void log.push(`close ${value.id}`)) });
    },
  };
};

describe('RunResources', () => {
  it('opens once for callers side by side, and closes at the end', async () => {
    const resources = new RunResources();
    const { open, log } = opener();
    const use = () => resources.use('ssh', open, (value) => value.isAlive);
    const [a, b] = await Promise.all([use(), use()]);
    expect(a).toBe(b);
    await resources.closeAll();
    expect(log).toEqual(['open 1', 'close 1']);
  });

  it('opens again when the kept one is dead, once for callers side by side', async () => {
    const resources = new RunResources();
    const { open, log } = opener();
    const use = () => resources.use('ssh', open, (value) => value.isAlive);
    (await use()).isAlive = false;
    const [a, b] = await Promise.all([use(), use()]);
    expect(a.id).toBe(2);
    expect(b).toBe(a);
    expect(log).toEqual(['open 1', 'open 2']);
  });

  it('opens again after a failure, which only the one who asked sees', async () => {
    const resources = new RunResources();
    const { open } = opener();
    const failing = () => Promise.reject<Awaited<ReturnType<typeof open>>>(new Error('no'));
    await expect(resources.use('ssh', failing, () => true)).rejects.toThrow('no');
    expect((await resources.use('ssh', open, () => true)).id).toBe(1);
  });
});
