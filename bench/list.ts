import { randomBytes } from 'node:crypto';

import superjson from 'superjson';

import { machineSorts } from '@/lib/machine-filter';
import { openDatabase } from '@/server/db/database';

import { startPostgres } from '../e2e/lab/postgres';
import { launchBrowser, Person } from '../e2e/support/browser';
import { startConsole } from '../e2e/support/console';
import { createTestConsole } from '../test/support/test-console';
import { type Figure, percentile } from './figure';
import { seedMachineRows } from './machine-rows';
import { now } from './now';
import { progress } from './progress';

const counts = [1000, 10_000];
const callsPerOrder = 20;
const pageLoads = 5;
const password = 'a-long-bench-password';
const email = 'owner@example.test';

interface Measured {
  readonly times: readonly number[];
  readonly bytes: number;
}

/** The first page in every order, and with a filter: what the server does between the request and its answer's text. */
const measureCalls = async (count: number): Promise<Measured> => {
  const console_ = await createTestConsole();
  try {
    const member = await console_.seedMember(await console_.seedTeam());
    const owner = { teamId: member.team.id, userId: member.user.id };
    await seedMachineRows(console_.runtime.database, owner, count);
    const inputs = [
      ...machineSorts.map((sort) => ({ sort, order: 'desc' as const })),
      {},
      { filter: 'state=running label=env=prod worker' },
    ];
    const times: number[] = [];
    let bytes = 0;
    for (const input of inputs) {
      for (let call = 0; call <= callsPerOrder; call += 1) {
        const startedAt = now();
        const page = await member.call.machines.list({ team: member.team.slug, ...input });
        const text = JSON.stringify(superjson.serialize(page));
        // The first call of a kind prepares the statement.
        if (call > 0) times.push(now() - startedAt);
        bytes = Math.max(bytes, Buffer.byteLength(text));
      }
    }
    return { times, bytes };
  } finally {
    await console_.close();
  }
};

const callFigures = async (backend: '' | '.embedded'): Promise<Figure[]> => {
  const figures: Figure[] = [];
  for (const count of counts) {
    const { times, bytes } = await measureCalls(count);
    figures.push(
      { name: `list.${count}${backend}.p50`, value: percentile(times, 50), unit: 'ms' },
      { name: `list.${count}${backend}.p95`, value: percentile(times, 95), unit: 'ms' },
    );
    if (backend === '') figures.push({ name: `list.${count}.bytes`, value: bytes, unit: 'B' });
    progress(`${count} machines${backend} are measured`);
  }
  return figures;
};

/** From the navigation until React has taken over the first row. */
const untilInteractive = async ({ page }: Person): Promise<number> => {
  await page.goto('/t/default/machines', { waitUntil: 'commit' });
  const handle = await page.waitForFunction(() => {
    const row = document.querySelector('tr[data-index]');
    return row && Object.keys(row).some((key) => key.startsWith('__reactProps')) ? performance.now() : null;
  });
  return Number(await handle.jsonValue());
};

const measureBrowser = async (url: string): Promise<number[]> => {
  const console_ = await startConsole({
    DATABASE_URL: url,
    QUAYMASTER_MASTER_KEY: randomBytes(32).toString('base64'),
    QUAYMASTER_ADMIN_EMAIL: email,
    QUAYMASTER_ADMIN_PASSWORD: password,
    // Nobody is behind the rows, so nobody is to look at them.
    QUAYMASTER_ROLE: 'web',
  });
  const browser = await launchBrowser();
  const database = await openDatabase({ url });
  try {
    const user = await database.prisma.user.findFirstOrThrow({ select: { id: true, memberships: true } });
    const teamId = user.memberships[0]?.teamId ?? '';
    await seedMachineRows(database, { teamId, userId: user.id }, counts.at(-1) ?? 0);
    const person = await Person.open(browser, console_.url);
    await person.signIn(email, password);
    const times: number[] = [];
    // The first load fills the caches, as the sign-in of a person does.
    for (let load = 0; load <= pageLoads; load += 1) {
      const ms = await untilInteractive(person);
      if (load > 0) times.push(ms);
    }
    return times;
  } finally {
    await database.close();
    await browser.close();
    await console_.remove();
  }
};

/**
 * The list of a large team: the server's milliseconds and bytes for its first page, on both databases, and the time until the
 * page of 10,000 machines can be used in a browser. Needs a build.
 */
export async function benchList(): Promise<Figure[]> {
  const embedded = await callFigures('.embedded');
  const postgres = await startPostgres();
  try {
    process.env['QUAYMASTER_TEST_DATABASE_URL'] = postgres.url;
    const served = await callFigures('');
    const times = await measureBrowser(postgres.url);
    return [...served, ...embedded, { name: 'list.10000.interactive', value: percentile(times, 50), unit: 'ms' }];
  } finally {
    await postgres.stop();
  }
}
