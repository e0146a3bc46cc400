import type { Browser, Page } from 'playwright-core';

import { apiOf } from '../e2e/support/api';
import { launchBrowser, Person } from '../e2e/support/browser';
import { type RunningConsole, startConsole } from '../e2e/support/console';
import { poll } from '../e2e/support/poll';
import { type Figure, percentile } from './figure';
import { benchLogCost } from './log-cost';
import { type LogViewer, viewLog } from './log-viewer';
import { progress } from './progress';

const team = 'bench';
const email = 'owner@example.test';
const password = 'a bench has an owner';
const endsWithinMs = 120_000;

interface Bench {
  readonly console_: RunningConsole;
  readonly person: Person;
  readonly api: ReturnType<typeof apiOf>;
}

const setUp = async (browser: Browser): Promise<Bench> => {
  const console_ = await startConsole({ QUAYMASTER_DEVELOPMENT: '1' });
  const person = await Person.open(browser, console_.url);
  const { page } = person;
  await page.goto(console_.setupLink ?? '');
  await page.getByLabel('Your name').fill('Owner');
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('Team name').fill(team);
  await page.getByRole('button', { name: 'Create account and team' }).click();
  await page.waitForURL(/\/machines/);
  return { console_, person, api: apiOf(person, console_.url) };
};

type Noting = Window & { quaymasterSeen?: Record<string, number> };

/** Notes when each line of the log stands in the page for the first time. */
const noteLines = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    const seen: Record<string, number> = {};
    (window as Noting).quaymasterSeen = seen;
    new MutationObserver((mutations) => {
      const at = Date.now();
      for (const { addedNodes, target } of mutations) {
        const texts = [...addedNodes].map((node) => node.textContent ?? '');
        for (const text of [...texts, target.textContent ?? '']) {
          for (const [, number = ''] of text.matchAll(/line (\d+) of \d+/g)) seen[number] ??= at;
        }
      }
    }).observe(document, { childList: true, subtree: true, characterData: true });
  });

const seenIn = (page: Page): Promise<Record<string, number>> =>
  page.evaluate(() => (window as Noting).quaymasterSeen ?? {});

const start = async ({ api }: Bench, name: string, scenario: string): Promise<string> => {
  const { jobId } = await api.machines.create.mutate({ team, name, driver: 'fake', options: { scenario }, engine: {} });
  return jobId;
};

const linesOf = async ({ api }: Bench, job: string) => {
  const { log } = await api.jobs.get.query({ team, job });
  const lines = [];
  for (let from = 1; from <= log.lastSeq; from += 1000) {
    lines.push(...(await api.jobs.log.query({ team, job, from, to: Math.min(from + 999, log.lastSeq) })).lines);
  }
  return lines;
};

const untilEnded = ({ api }: Bench, job: string) =>
  poll(
    'the end of the job',
    async () => {
      const { job: seen } = await api.jobs.get.query({ team, job });
      return seen.state === 'succeeded' ? { done: true } : { seen: seen.state };
    },
    { timeoutMs: endsWithinMs, everyMs: 500 },
  );

/** From a line's own time to its standing in the page, for the lines that were in sight when they came. */
const latenciesInPage = async (bench: Bench, job: string): Promise<number[]> => {
  const seen = await seenIn(bench.person.page);
  const lines = await linesOf(bench, job);
  return lines.flatMap(({ text, atMs }) => {
    const at = seen[/line (\d+) of \d+/.exec(text)?.[1] ?? ''];
    return at === undefined ? [] : [at - atMs];
  });
};

const cookieOf = async ({ person, console_ }: Bench): Promise<string> => {
  const cookies = await person.context.cookies(console_.url);
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
};

const openViewers = async (bench: Bench, job: string, count: number): Promise<LogViewer[]> => {
  const cookie = await cookieOf(bench);
  return Promise.all(Array.from({ length: count }, () => viewLog(bench.console_.url, { team, job, cookie })));
};

/** A hundred lines a second, watched by one browser and so many viewers more. */
const latency = async (bench: Bench, viewers: number): Promise<Figure[]> => {
  const total = viewers + 1;
  progress(`a log that trickles, ${total} viewers`);
  const job = await start(bench, `trickle-${total}`, 'log-trickle');
  await bench.person.page.goto(`/t/${team}/jobs/${job}`);
  const others = await openViewers(bench, job, viewers);
  await untilEnded(bench, job);
  await Promise.all(others.map(({ ended }) => ended));
  const inPage = await latenciesInPage(bench, job);
  const received = others.flatMap(({ latenciesMs }) => latenciesMs);
  const name = `log.latency${total}`;
  return [
    { name: `${name}.p50`, value: percentile(inPage, 50), unit: 'ms' },
    { name: `${name}.p95`, value: percentile(inPage, 95), unit: 'ms' },
    { name: `${name}.lines`, value: inPage.length, unit: '' },
    ...(received.length
      ? ([
          { name: `${name}.received.p50`, value: percentile(received, 50), unit: 'ms' },
          { name: `${name}.received.p95`, value: percentile(received, 95), unit: 'ms' },
        ] as const)
      : []),
  ];
};

/** As many lines as the job can say, with so many viewers. */
const flood = async (bench: Bench, viewers: number): Promise<Figure[]> => {
  progress(`a log that floods, ${viewers} viewers`);
  const job = await start(bench, `flood-${viewers}`, 'log-flood');
  const others = await openViewers(bench, job, viewers);
  const openedMs = Date.now();
  await Promise.all(others.map(({ ended }) => ended));
  const arrivedMs = Date.now() - openedMs;
  await untilEnded(bench, job);
  const { job: seen } = await bench.api.jobs.get.query({ team, job });
  const jobMs = (seen.finishedAt?.getTime() ?? 0) - (seen.startedAt?.getTime() ?? 0);
  const { log } = await bench.api.jobs.get.query({ team, job });
  const [first] = others;
  if (!first) return [{ name: 'log.flood0.stored', value: Math.round((log.lastSeq * 1000) / jobMs), unit: 'lines/s' }];
  return [
    { name: `log.flood${viewers}.stored`, value: Math.round((log.lastSeq * 1000) / jobMs), unit: 'lines/s' },
    { name: `log.flood${viewers}.received`, value: Math.round((first.lines * 1000) / arrivedMs), unit: 'lines/s' },
    {
      name: `log.flood${viewers}.bytes-ratio`,
      value: Math.round((1000 * first.receivedBytes()) / first.textBytes) / 1000,
      unit: '',
    },
  ];
};

/**
 * Logs: how long a line takes from being said to standing in a browser, with one viewer and with fifty; what a viewer costs
 * on the line; how many lines a second are stored and delivered; and whether a line costs more the longer the log is.
 */
export async function benchLog(): Promise<Figure[]> {
  const cost = await benchLogCost();
  const browser = await launchBrowser();
  let bench: Bench | undefined;
  try {
    bench = await setUp(browser);
    await noteLines(bench.person.page);
    return [
      ...cost,
      ...(await latency(bench, 0)),
      ...(await latency(bench, 49)),
      ...(await flood(bench, 0)),
      ...(await flood(bench, 1)),
      ...(await flood(bench, 50)),
    ];
  } finally {
    await browser.close();
    await bench?.console_.remove();
  }
}
