import { mkdtempSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { leapingClock } from '@/server/clock/leaping-clock.test-support';

import { fake } from '.';
import { itKeepsTheDriverContract } from '../contract';
import { noWorld, type ProviderUnderTest } from '../contract-bench.test-support';
import type { CreateContext } from '../driver';
import { MemoryLedger } from '../memory-ledger.test-support';
import { simulatedAccountFolder, switchedOff } from './account';

const folder = mkdtempSync(join(tmpdir(), 'quaymaster-provider-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const newDataDir = () => mkdtempSync(join(folder, 'data-'));

interface ThingInFile {
  readonly kind: string;
  readonly name: string;
  readonly id: string;
  readonly boots: number;
}

/** Reads the files of the account without the driver's code. */
const filesIn = async (dataDir: string) => {
  const root = join(simulatedAccountFolder(dataDir), 'things');
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths.map(async (path) => ({ path, thing: JSON.parse(await readFile(path, 'utf8')) as ThingInFile })),
  );
};

const thingsIn = async (dataDir: string) =>
  (await filesIn(dataDir)).map(({ thing: { kind, name, id } }) => ({ kind, name, providerId: id }));

const bootBehindItsBack = async (dataDir: string) => {
  for (const { path, thing } of await filesIn(dataDir)) {
    if (thing.kind === 'instance') await writeFile(path, JSON.stringify({ ...thing, boots: thing.boots + 1 }));
  }
};

const contractFixture = () => {
  const dataDir = newDataDir();
  const provider: ProviderUnderTest = {
    things: () => thingsIn(dataDir),
    onCall: () => undefined,
    move: () => bootBehindItsBack(dataDir),
  };
  return {
    driver: fake((moment) => provider.onCall(moment)),
    options: { token: 'simulated secret', scenario: 'address-moves' },
    dataDir,
    provider,
  };
};

const bench = (onSleep: () => void = () => undefined) => {
  const ledger = new MemoryLedger();
  const stop = new AbortController();
  const lines: string[] = [];
  const dataDir = newDataDir();
  const ctx: CreateContext<Record<string, unknown>> = {
    team: { id: 'team-1', slug: 'harbour' },
    machine: { id: 'machine-1', name: 'edge-1' },
    log: { info: (text) => lines.push(text), line: (_stream, text) => lines.push(text) },
    signal: stop.signal,
    clock: leapingClock({ onSleep }),
    ledger,
    dataDir,
    ...noWorld,
    checkpoint: () => Promise.resolve(),
  };
  const driver = fake();
  const create = (scenario: string) => driver.create(ctx, driver.options.parse({ scenario }), {});
  return { ledger, stop, lines, ctx, driver, create, dataDir };
};

describe('fake driver', () => {
  itKeepsTheDriverContract(contractFixture);

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
    expect((await ledger.list()).map((entry) => entry.kind)).toEqual(['key-pair', 'disk', 'instance', 'address']);
  });

  it('boots slowly, and says what it waits for', async () => {
    const { create, lines } = bench();
    await create('slow-boot');
    expect(lines).toContain('Still waiting: the instance boots.');
  });

  it('hangs until it is stopped', async () => {
    const reason = new Error('stopped by the test');
    const { create, stop } = bench(() => stop.abort(reason));
    await expect(create('hang')).rejects.toBe(reason);
  });

  it('makes the instance whose answer is lost, leaves only the intent, and goes on with it when it is run again', async () => {
    const { create, ledger, dataDir } = bench();
    await expect(create('lost-answer')).rejects.toMatchObject({ code: 'driver.failed' });
    expect((await ledger.list()).at(-1)).toMatchObject({ kind: 'instance', providerId: null });
    const made = (await thingsIn(dataDir)).find(({ kind }) => kind === 'instance');
    expect(made).toBeDefined();
    await create('lost-answer');
    expect((await ledger.list()).find(({ kind }) => kind === 'instance')).toMatchObject(made ?? {});
  });

  it('answers no call while the provider is switched off, of one machine or of all', async () => {
    const { create, ctx, driver, dataDir } = bench();
    await create('provider-down');
    const options = driver.options.parse({});
    const observe = () => driver.observe(ctx, options, {});
    await expect(observe()).rejects.toMatchObject({ code: 'driver.unreachable' });
    expect(await driver.account?.inventory(ctx, options, null)).toHaveLength(4);
    const account = simulatedAccountFolder(dataDir);
    await rm(join(account, switchedOff('machine-1')));
    await writeFile(join(account, switchedOff()), '');
    await expect(observe()).rejects.toMatchObject({ code: 'driver.unreachable' });
    await rm(join(account, switchedOff()));
    expect(await observe()).toMatchObject({ state: 'running' });
  });

  it('makes a thing once where it is asked twice at the same moment', async () => {
    const { create, dataDir } = bench();
    await Promise.all([create('works'), create('works'), create('works')]);
    expect(await thingsIn(dataDir)).toHaveLength(4);
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
