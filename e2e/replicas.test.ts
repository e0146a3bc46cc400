import { createHash, randomBytes } from 'node:crypto';

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { plainText } from '@/lib/ansi';

import { labAvailable } from './lab/lab';
import { type Postgres, startPostgres } from './lab/postgres';
import { type Api, apiOf } from './support/api';
import { launchBrowser, Person } from './support/browser';
import { type RunningConsole, startConsole } from './support/console';
import { type CuttableLine, openLine } from './support/cuttable-line';
import { poll } from './support/poll';
import { firstOwner, setUp } from './support/set-up';

const lab = await labAvailable();
const team = 'harbour';
const minutes = 60_000;
/** What must be possible in the time that a dead worker is missed in. */
const takeOverMs = 30_000;
const awayMs = 30_000;

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** One replica that serves pages and two that work, on one PostgreSQL; nothing binds a browser to a process. */
describe.skipIf(!lab.ok)('several replicas', () => {
  let postgres: Postgres;
  let web: RunningConsole;
  let first: RunningConsole;
  let second: RunningConsole;
  let browser: Browser;
  let line: CuttableLine;
  let watcher: Person;
  let traveller: Person;
  let api: Api;

  const start = (role: 'web' | 'worker') =>
    startConsole({
      DATABASE_URL: postgres.url,
      QUAYMASTER_MASTER_KEY: masterKey,
      QUAYMASTER_ROLE: role,
      QUAYMASTER_DEVELOPMENT: '1',
    });
  const masterKey = randomBytes(32).toString('base64');

  beforeAll(async () => {
    postgres = await startPostgres();
    [web, browser] = await Promise.all([start('web'), launchBrowser()]);
    line = await openLine(Number(new URL(web.url).port));
    watcher = await Person.open(browser, web.url);
    const { page } = watcher;
    await setUp(page, web.setupLink);
    traveller = await Person.open(browser, line.url);
    await traveller.signIn(firstOwner.email, firstOwner.password);
    api = apiOf(watcher, web.url);
    first = await start('worker');
  });

  afterAll(async () => {
    await browser?.close();
    await line?.close();
    await Promise.all([web, first, second].map((console_) => console_?.remove()));
    await postgres?.stop();
  });

  const lastSeq = async (job: string): Promise<number> => (await api.jobs.get.query({ team, job })).log.lastSeq;

  const untilLine = (job: string, seq: number, timeoutMs: number) =>
    poll(
      `line ${seq}`,
      async () => {
        const last = await lastSeq(job);
        return last >= seq ? { done: last } : { seen: `line ${last}` };
      },
      { timeoutMs },
    );

  const storedLog = async (job: string): Promise<string> => {
    const texts: string[] = [];
    const last = await lastSeq(job);
    for (let from = 1; from <= last; from += 1000) {
      const { lines } = await api.jobs.log.query({ team, job, from, to: Math.min(from + 999, last) });
      texts.push(...lines.map(({ text }) => plainText(text)));
    }
    expect(texts).toHaveLength(last);
    return texts.join('\n');
  };

  /** All of the log as the page has it, from its own button. */
  const logOnPage = async ({ page, context }: Person): Promise<string> => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: /All steps/ }).click();
    await page.getByRole('button', { name: 'Copy log' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    return page.evaluate(() => navigator.clipboard.readText());
  };

  it(
    'go on with the job of one that is killed, and no browser misses a line, not even one that was away',
    async () => {
      const { jobId } = await api.machines.create.mutate({
        team,
        name: 'edge-1',
        driver: 'fake',
        options: { scenario: 'log-trickle' },
        engine: {},
      });
      await Promise.all([watcher, traveller].map(({ page }) => page.goto(`/t/${team}/jobs/${jobId}`)));
      await untilLine(jobId, 200, takeOverMs);
      second = await start('worker');
      await line.cut();
      const cutAt = Date.now();
      const before = await lastSeq(jobId);
      await first.kill();
      await untilLine(jobId, before + 300, takeOverMs);
      const back = Date.now() - cutAt;
      process.stdout.write(`another worker went on and had written 300 lines after ${back} ms\n`);
      await poll(
        'the end of the journey',
        () => Promise.resolve(Date.now() - cutAt >= awayMs ? { done: true } : { seen: 'away' }),
        {
          timeoutMs: 2 * awayMs,
        },
      );
      await line.mend();
      await Promise.all(
        [watcher, traveller].map(({ page }) =>
          page
            .getByText('Succeeded')
            .first()
            .waitFor({ timeout: 2 * minutes }),
        ),
      );
      const stored = await storedLog(jobId);
      expect(stored).toContain('The console was stopped during this step. It goes on here.');
      expect(stored).toContain('line 3000 of 3000');
      for (const person of [watcher, traveller]) {
        const shown = await logOnPage(person);
        const lines = stored.split('\n');
        expect(shown.split('\n').filter((text, index) => text !== lines[index])).toEqual([]);
        expect(hashOf(shown)).toBe(hashOf(stored));
      }
      expect(watcher.complaints()).toEqual([]);
    },
    5 * minutes,
  );

  it('hand their jobs over within ten seconds when they are stopped', async () => {
    const { jobId } = await api.machines.create.mutate({
      team,
      name: 'edge-2',
      driver: 'fake',
      options: { scenario: 'log-trickle' },
      engine: {},
    });
    const before = await untilLine(jobId, 100, takeOverMs);
    const third = await start('worker');
    try {
      const stoppedAt = Date.now();
      expect(await second.stop()).toBe(0);
      await untilLine(jobId, before + 100, 10_000);
      expect(Date.now() - stoppedAt).toBeLessThan(20_000);
      await api.jobs.cancel.mutate({ team, job: jobId });
      await poll(
        'the end of the job',
        async () => {
          const { job } = await api.jobs.get.query({ team, job: jobId });
          return job.state === 'cancelled' ? { done: true } : { seen: job.state };
        },
        { timeoutMs: takeOverMs },
      );
    } finally {
      await third.remove();
    }
  });
});
