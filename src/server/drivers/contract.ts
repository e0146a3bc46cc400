import { expect, it } from 'vitest';

import { fieldShape } from '@/lib/option-schema';

import { Bench, Crash, type DriverFixture } from './contract-bench.test-support';
import { describeOptions } from './describe-options';
import { optionalVerbs } from './driver';
import { secretNames } from './secret-options';

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

const nothing = { ledger: [], provider: [] };

const idOf = ({ kind, name, providerId }: { kind: string; name: string; providerId: string | null }): string =>
  `${kind} ${name} ${providerId}`;

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
    expect(driver.account === undefined).toBe(driver.unsupported.account !== undefined);
  });

  it('says in its docs what it needs, costs, takes back and is tested with', () => {
    const { availability, docs } = fixture().driver;
    if (availability === 'development') return;
    const { permissions = [], costs = [], removal = [], testing = [] } = docs ?? {};
    for (const [section, sentences] of Object.entries({ permissions, costs, removal, testing })) {
      expect(sentences, `docs.${section} says nothing`).not.toEqual([]);
      for (const sentence of sentences) expect(sentence).toMatch(/^[^a-z].*[.:]$/su);
    }
  });

  it('creates a machine that runs, and removes it without leaving anything', async () => {
    const test = bench();
    await test.create();
    expect(await test.observe()).toMatchObject({ state: 'running', address: expect.any(String) as string });
    await test.remove();
    expect(await test.left()).toEqual(nothing);
  });

  it('creates nothing twice when it is run again, and removes twice without complaint', async () => {
    const test = bench();
    await test.create();
    const before = await test.left();
    await test.create();
    expect(await test.left()).toEqual(before);
    await test.remove();
    await test.remove();
    expect(await test.left()).toEqual(nothing);
  });

  for (const sort of ['checkpoint', 'ledger-write', 'provider-call'] as const) {
    it(`can be removed to zero, and made again, after a crash of its creation at each ${sort}`, () =>
      forEachInterruption(async (nth) => {
        const test = bench();
        test.crashAt(sort, nth);
        const hasCrashed = await crashes(test.create());
        test.restart();
        await test.remove();
        expect(await test.left()).toEqual(nothing);
        test.state = {};
        await test.create();
        expect(await test.observe()).toMatchObject({ state: 'running' });
        await test.remove();
        expect(await test.left()).toEqual(nothing);
        return hasCrashed;
      }));

    it(`goes on to the same end after a crash of its creation at each ${sort}`, async () => {
      const undisturbed = bench();
      await undisturbed.create();
      await forEachInterruption(async (nth) => {
        const test = bench();
        test.crashAt(sort, nth);
        const hasCrashed = await crashes(test.create());
        test.restart();
        await test.create();
        expect(await test.left()).toEqual(await undisturbed.left());
        expect(Object.keys(test.state)).toEqual(Object.keys(undisturbed.state));
        return hasCrashed;
      });
    });

    it(`ends its removal after a crash at each ${sort}`, () =>
      forEachInterruption(async (nth) => {
        const test = bench();
        await test.create();
        test.crashAt(sort, nth);
        const hasCrashed = await crashes(test.remove());
        test.restart();
        await test.remove();
        expect(await test.left()).toEqual(nothing);
        return hasCrashed;
      }));
  }

  it('has everything in the ledger before the provider makes it', async () => {
    const test = bench();
    const { provider } = test.fixture;
    const unknown: string[] = [];
    if (provider) {
      provider.onCall = async () => {
        const entries = await test.ledger.list();
        for (const { kind, name } of await provider.things()) {
          if (!entries.some((entry) => entry.kind === kind && entry.name === name)) unknown.push(`${kind} ${name}`);
        }
      };
    }
    await test.create();
    expect(unknown).toEqual([]);
  });

  it('has in its inventory what the ledger and the provider have, with whose it is', async () => {
    const test = bench();
    await test.create();
    const things = (await test.fixture.provider?.things()) ?? [];
    const told = await test.inventory('machine-1');
    expect(told.map(idOf).toSorted()).toEqual((await test.ledger.list()).map(idOf).toSorted());
    expect(told.map(idOf).toSorted()).toEqual(things.map(idOf).toSorted());
    expect(told.every((thing) => thing.machineId === 'machine-1')).toBe(true);
    expect((await test.inventory(null)).map(idOf).toSorted()).toEqual(told.map(idOf).toSorted());
    expect(await test.inventory('machine-2')).toEqual([]);
  });

  it('discards each thing, by its id or by its name, also twice', async () => {
    const test = bench();
    await test.create();
    const { account } = test.fixture.driver;
    for (const [index, thing] of (await test.inventory('machine-1')).toReversed().entries()) {
      const unwanted = index % 2 === 0 ? thing : { ...thing, providerId: null };
      await account?.discard(test.context, test.options, unwanted);
      await account?.discard(test.context, test.options, unwanted);
    }
    expect((await test.left()).provider).toEqual([]);
    await test.remove();
    expect(await test.left()).toEqual(nothing);
  });

  it('stops at its signal', async () => {
    const test = bench();
    const reason = new Error('stopped by the test');
    test.stop.abort(reason);
    await expect(test.create()).rejects.toBe(reason);
    await expect(test.observe()).rejects.toBe(reason);
    await expect(test.remove()).rejects.toBe(reason);
    expect(await test.left()).toEqual(nothing);
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
    const { driver } = test.fixture;
    await test.create();
    const run = (verb: (typeof optionalVerbs)[number]) => driver[verb]?.(test.context, test.options, test.state);
    const expectRunning = async () => {
      const { state, address, learnt } = await test.observe();
      expect(state).toBe('running');
      expect(learnt, 'what changed at the verb is not in the state').toBeUndefined();
      expect(driver.target(test.options, test.state).address).toBe(address);
    };
    for (const [verb, state] of [
      ['stop', 'stopped'],
      ['kill', 'stopped'],
      ['pause', 'paused'],
      ['save', 'saved'],
    ] as const) {
      if (!driver[verb] || !driver.start) continue;
      await run(verb);
      expect(await test.observe()).toMatchObject({ state });
      await run('start');
      await expectRunning();
    }
    if (driver.save && driver.kill && driver.start) {
      await run('save');
      await run('kill');
      expect(await test.observe(), 'what was saved is discarded').toMatchObject({ state: 'stopped' });
      await run('start');
      await expectRunning();
    }
    if (driver.pause && driver.stop && driver.start) {
      await run('pause');
      await run('stop');
      expect(await test.observe(), 'what is paused can be stopped').toMatchObject({ state: 'stopped' });
      await run('start');
      await expectRunning();
    }
    await run('restart');
    await expectRunning();
    await test.remove();
  });

  it('tells the address that the provider has given it meanwhile', async () => {
    const test = bench();
    const { move } = test.fixture.provider ?? {};
    if (!move) return;
    await test.create();
    const { driver } = test.fixture;
    const before = driver.target(test.options, test.state).address;
    await move();
    const { address, learnt } = await test.observe();
    expect(address).not.toBe(before);
    const state = driver.state.parse({ ...test.state, ...learnt });
    expect(driver.target(test.options, state).address).toBe(address);
  });
}
