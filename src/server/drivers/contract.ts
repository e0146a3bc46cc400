import { expect, it } from 'vitest';

import { fieldShape } from '@/lib/option-schema';
import { systemClock } from '@/server/clock/clock';

import { describeOptions } from './describe-options';
import { type CreateContext, type Driver, type DriverContext, optionalVerbs } from './driver';
import { MemoryLedger } from './memory-ledger.test-support';
import { secretNames } from './secret-options';

/** What the shared suite needs to know of one driver. */
export interface DriverFixture {
  readonly driver: Driver;
  /** Input that makes a machine, with a value for each secret option. */
  readonly options: Record<string, unknown>;
  /** Named members of the account that are still there, where the driver keeps more than the ledger tells. */
  readonly left?: () => readonly string[];
  readonly host?: DriverContext['host'];
}

class Crash extends Error {}

class Bench {
  readonly ledger = new MemoryLedger();
  readonly lines: string[] = [];
  readonly stop = new AbortController();
  state: Record<string, unknown> = {};
  checkpoints = 0;
  crashAtCheckpoint = Infinity;
  readonly #fixture: DriverFixture;

  constructor(fixture: DriverFixture) {
    this.#fixture = fixture;
  }

  get options(): Record<string, unknown> {
    return this.#fixture.driver.options.parse(this.#fixture.options);
  }

  get context(): CreateContext<Record<string, unknown>> {
    return {
      machine: { id: 'machine-1', name: 'edge-1', teamSlug: 'harbour' },
      log: { info: (text) => this.lines.push(text), line: (_stream, text) => this.lines.push(text) },
      signal: this.stop.signal,
      clock: systemClock,
      ledger: this.ledger,
      ...(this.#fixture.host && { host: this.#fixture.host }),
      checkpoint: (patch) => {
        this.state = this.#fixture.driver.state.parse({ ...this.state, ...patch });
        this.checkpoints += 1;
        return this.checkpoints >= this.crashAtCheckpoint ? Promise.reject(new Crash()) : Promise.resolve();
      },
    };
  }

  create = () => this.#fixture.driver.create(this.context, this.options, this.state);
  observe = () => this.#fixture.driver.observe(this.context, this.options, this.state);
  remove = () => this.#fixture.driver.remove(this.context, this.options, this.state);

  async left(): Promise<readonly string[]> {
    const entries = await this.ledger.list();
    return [...entries.map((entry) => entry.kind), ...(this.#fixture.left?.() ?? [])];
  }
}

/** Numbers from 1 upward for as long as `run` says that there was something to interrupt. */
async function forEachInterruption(run: (nth: number) => Promise<boolean>): Promise<void> {
  for (let nth = 1; await run(nth); nth += 1) expect(nth).toBeLessThan(1000);
}

const crashes = async (call: Promise<unknown>): Promise<boolean> => {
  try {
    await call;
    return false;
  } catch (error) {
    if (error instanceof Crash) return true;
    throw error;
  }
};

/** The promises that every driver keeps; each driver's own test calls this inside its describe block. */
export function itKeepsTheDriverContract(fixture: () => DriverFixture): void {
  const bench = () => new Bench(fixture());

  it('writes its options as JSON Schema, refuses unknown ones, and the form can draw each', () => {
    const { driver, options } = fixture();
    const schema = describeOptions(driver.options);
    expect(schema.additionalProperties).toBe(false);
    expect(driver.options.safeParse({ ...options, unheardOf: 1 }).success).toBe(false);
    expect(driver.state.safeParse({ unheardOf: 1 }).success).toBe(false);
    for (const [name, field] of Object.entries(schema.properties ?? {})) {
      expect(fieldShape(field), `the form cannot draw "${name}"`).toBeDefined();
      expect(field.title, `"${name}" has no title`).toBeTruthy();
    }
  });

  it('marks only text at the top level as secret', () => {
    const schema = describeOptions(fixture().driver.options);
    const marked = JSON.stringify(schema).match(/"secret":true/g) ?? [];
    const names = secretNames(fixture().driver.options);
    expect(marked).toHaveLength(names.length);
    for (const name of names) expect(schema.properties?.[name]?.type).toBe('string');
  });

  it('says of each verb that it lacks why', () => {
    const { driver } = fixture();
    for (const verb of optionalVerbs) expect(driver[verb] === undefined).toBe(driver.unsupported[verb] !== undefined);
  });

  it('creates a machine that runs, and removes it without leaving anything', async () => {
    const test = bench();
    await test.create();
    expect(await test.observe()).toMatchObject({ state: 'running', address: expect.any(String) as string });
    await test.remove();
    expect(await test.left()).toEqual([]);
  });

  it('creates nothing twice when it is run again, and removes twice without complaint', async () => {
    const test = bench();
    await test.create();
    const before = await test.left();
    await test.create();
    expect(await test.left()).toEqual(before);
    await test.remove();
    await test.remove();
    expect(await test.left()).toEqual([]);
  });

  it('can be removed to zero after a crash at each checkpoint', () =>
    forEachInterruption(async (nth) => {
      const test = bench();
      test.crashAtCheckpoint = nth;
      const hasCrashed = await crashes(test.create());
      await test.remove();
      expect(await test.left()).toEqual([]);
      return hasCrashed;
    }));

  it('can be removed to zero, and created again, after a crash at each write to the ledger', () =>
    forEachInterruption(async (nth) => {
      const test = bench();
      let writes = 0;
      test.ledger.onWrite = () => {
        writes += 1;
        if (writes === nth) throw new Crash();
      };
      const hasCrashed = await crashes(test.create());
      test.ledger.onWrite = () => undefined;
      await test.create();
      expect(await test.observe()).toMatchObject({ state: 'running' });
      await test.remove();
      expect(await test.left()).toEqual([]);
      return hasCrashed;
    }));

  it('stops at its signal', async () => {
    const test = bench();
    const reason = new Error('stopped by the test');
    test.stop.abort(reason);
    await expect(test.create()).rejects.toBe(reason);
    await expect(test.observe()).rejects.toBe(reason);
    await expect(test.remove()).rejects.toBe(reason);
    expect(await test.left()).toEqual([]);
  });

  it('writes no secret to the log', async () => {
    const test = bench();
    const { driver, options } = fixture();
    await test.create();
    await test.observe();
    await test.remove();
    for (const name of secretNames(driver.options)) {
      const secret = options[name];
      expect(secret, `the fixture gives no "${name}"`).toBeTypeOf('string');
      expect(test.lines.join('\n')).not.toContain(secret);
    }
  });

  it('moves the observed state with each verb that it has', async () => {
    const test = bench();
    const { driver } = fixture();
    await test.create();
    const run = (verb: (typeof optionalVerbs)[number]) => driver[verb]?.(test.context, test.options, test.state);
    for (const verb of ['stop', 'kill'] as const) {
      if (!driver[verb] || !driver.start) continue;
      await run(verb);
      expect(await test.observe()).toMatchObject({ state: 'stopped' });
      await run('start');
      expect(await test.observe()).toMatchObject({ state: 'running' });
    }
    await run('restart');
    expect(await test.observe()).toMatchObject({ state: 'running' });
    await test.remove();
  });
}
