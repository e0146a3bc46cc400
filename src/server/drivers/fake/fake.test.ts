import { setMaxListeners } from 'node:events';

import { describe, expect, it } from 'vitest';

import { fake } from '.';
import { FakeClock } from '../../../../test/support/fake-clock';
import { itKeepsTheDriverContract } from '../contract';
import type { CreateContext } from '../driver';
import { MemoryLedger } from '../memory-ledger.test-support';

const bench = () => {
  const ledger = new MemoryLedger();
  const clock = new FakeClock();
  const stop = new AbortController();
  // The fake clock's sleeps all listen to this one signal.
  setMaxListeners(100, stop.signal);
  const lines: string[] = [];
  const ctx: CreateContext<Record<string, unknown>> = {
    machine: { id: 'machine-1', name: 'edge-1', teamSlug: 'harbour' },
    log: { info: (text) => lines.push(text), line: (_stream, text) => lines.push(text) },
    signal: stop.signal,
    clock,
    ledger,
    checkpoint: () => Promise.resolve(),
  };
  const driver = fake();
  const create = (scenario: string) => driver.create(ctx, driver.options.parse({ scenario }), {});
  return { ledger, clock, stop, lines, ctx, driver, create };
};

const settled = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

describe('fake driver', () => {
  itKeepsTheDriverContract(() => ({ driver: fake(), options: { token: 'simulated secret' } }));

  it('refuses before anything is made when its quota is used up', async () => {
    const { driver, ctx, ledger } = bench();
    await expect(driver.precheck?.(ctx, driver.options.parse({ scenario: 'quota' }))).rejects.toMatchObject({
      code: 'driver.failed',
    });
    expect(await ledger.list()).toEqual([]);
  });

  it.each([
    ['create-fails', 'driver.failed'],
    ['bad-ssh', 'ssh.timeout'],
  ])('leaves an instance to be removed in the scenario %s', async (scenario, code) => {
    const { create, ledger } = bench();
    await expect(create(scenario)).rejects.toMatchObject({ code });
    expect((await ledger.list()).map((entry) => entry.kind)).toEqual(['key-pair', 'instance']);
  });

  it('boots slowly, and says what it waits for', async () => {
    const { create, clock, lines } = bench();
    const created = create('slow-boot');
    for (let second = 0; second < 20; second += 1) {
      await settled();
      clock.advance(1000);
    }
    await created;
    expect(lines).toContain('Still waiting: the instance boots.');
  });

  it('hangs until it is stopped', async () => {
    const { create, stop } = bench();
    const created = create('hang');
    await settled();
    const reason = new Error('stopped by the test');
    stop.abort(reason);
    await expect(created).rejects.toBe(reason);
  });

  it('floods the log', async () => {
    const { create, lines } = bench();
    await create('log-flood');
    expect(lines.length).toBeGreaterThan(20_000);
  });

  it('fails the first removal and leaves nothing after the second', async () => {
    const { driver, ctx, ledger } = bench();
    const options = driver.options.parse({ scenario: 'remove-fails' });
    await driver.create(ctx, options, {});
    await expect(driver.remove(ctx, options, {})).rejects.toMatchObject({ code: 'driver.failed' });
    await driver.remove(ctx, options, {});
    expect(await ledger.list()).toEqual([]);
  });
});
