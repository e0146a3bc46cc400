import { randomBytes } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { encode } from 'next-auth/jwt';

import { sessionTokenSecret } from '@/server/auth/session-cookie';
import { systemClock } from '@/server/clock/clock';

import { type Postgres, startPostgres } from '../e2e/lab/postgres';
import { type RunningConsole, startConsole } from '../e2e/support/console';
import { startBenchConsole, team } from './bench-console';
import { Child } from './child';
import type { Figure } from './figure';
import { engineTls, seedMachines } from './fleet';
import { now } from './now';
import { progress } from './progress';
import type { SimulatedMessage, SimulatedRequest } from './simulated-messages';

const idleMs = 60_000;
const machineCount = 500;
const viewerCount = 50;
const linesPerSecond = 20;
const standalone = fileURLToPath(new URL('../.next/standalone', import.meta.url));

const memoryOf = async ({ url }: RunningConsole): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  const bytes = Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]);
  if (Number.isNaN(bytes)) throw new Error(`no memory among the metrics:\n${text.slice(0, 500)}`);
  return Math.round(bytes / 1e6);
};

const sizeOf = async (folder: string): Promise<number> => {
  const entries = await readdir(folder, { withFileTypes: true });
  const sizes = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sizeOf(path);
    return entry.isFile() ? (await stat(path)).size : 0;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
};

const settingsOf = (postgres: Postgres, masterKey: string) => ({
  DATABASE_URL: postgres.url,
  QUAYMASTER_MASTER_KEY: masterKey,
});

const megabytes = (name: string, value: number): Figure => ({ name: `footprint.${name}`, value, unit: 'MB' });

const embedded = async (): Promise<Figure[]> => {
  const coldAt = now();
  const first = await startConsole();
  const coldMs = Math.round(now() - coldAt);
  await first.stop();
  const warmAt = now();
  const again = await first.restart();
  const warmMs = Math.round(now() - warmAt);
  progress(`cold start ${coldMs} ms, warm start ${warmMs} ms`);
  try {
    await systemClock.sleep(idleMs);
    return [
      megabytes('embedded', await memoryOf(again)),
      { name: 'footprint.start.cold', value: coldMs, unit: 'ms' },
      { name: 'footprint.start.warm', value: warmMs, unit: 'ms' },
    ];
  } finally {
    await again.remove();
  }
};

const idle = async (): Promise<Figure> => {
  const postgres = await startPostgres();
  const console_ = await startConsole(settingsOf(postgres, randomBytes(32).toString('base64')));
  try {
    await systemClock.sleep(idleMs);
    return megabytes('idle', await memoryOf(console_));
  } finally {
    await console_.remove();
    await postgres.stop();
  }
};

type Hosts = Child<SimulatedRequest, SimulatedMessage>;

/** Puts the machines, a job that runs and the owner's session into the database; nothing of it stays in this process. */
const seed = async (hosts: Hosts) => {
  const console_ = await startBenchConsole();
  const { runtime, teamId } = console_;
  try {
    const started = hosts.next('started');
    hosts.send({ kind: 'start', count: machineCount, engine: await engineTls(console_) });
    await seedMachines(console_, await started);
    const { prisma } = runtime.database;
    const job = await prisma.job.create({
      data: {
        teamId,
        kind: 'machine.create',
        subject: 'edge-1',
        payload: {},
        state: 'running',
        createdByName: 'Owner',
      },
      select: { id: true },
    });
    const session = await prisma.session.findFirstOrThrow({ select: { id: true } });
    const token = await encode({ token: { sid: session.id }, secret: sessionTokenSecret(runtime) });
    return { jobId: job.id, cookie: `next-auth.session-token=${token}` };
  } finally {
    await console_.close();
  }
};

const view = async (url: string, { jobId, cookie }: { jobId: string; cookie: string }, signal: AbortSignal) => {
  const input = encodeURIComponent(JSON.stringify({ json: { team, job: jobId } }));
  const headers = { cookie, accept: 'text/event-stream' };
  const response = await fetch(`${url}/api/trpc/jobs.watch?input=${input}`, { headers, signal });
  if (!response.ok || !response.body) throw new Error(`a viewer got status ${response.status}`);
  let bytes = 0;
  for await (const chunk of response.body) bytes += chunk.length;
  return bytes;
};

/** Lines as a job prints them: rows, and a wake-up call for whoever watches. */
const print = async (postgres: Postgres, jobId: string, signal: AbortSignal): Promise<void> => {
  const { Client } = (await import('pg')).default;
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  for (let seq = 1; !signal.aborted; seq += 1) {
    await client.query(
      `insert into "JobLog" ("jobId", "seq", "step", "at", "stream", "text") values ($1, $2, 0, now(), 'out', $3)`,
      [jobId, seq, `line ${seq} of a job that fifty people watch`],
    );
    await client.query(`select pg_notify('quaymaster', $1)`, [`job:${jobId}`]);
    await systemClock.sleep(1000 / linesPerSecond);
  }
  await client.end();
};

const busy = async (): Promise<Figure> => {
  const postgres = await startPostgres();
  const masterKey = randomBytes(32).toString('base64');
  Object.assign(process.env, settingsOf(postgres, masterKey));
  const hosts: Hosts = new Child('./simulated-hosts.ts');
  const ending = new AbortController();
  const { signal } = ending;
  const seeded = await seed(hosts);
  const console_ = await startConsole(settingsOf(postgres, masterKey));
  try {
    const viewers = Array.from({ length: viewerCount }, () => view(console_.url, seeded, signal).catch(() => 0));
    const printed = print(postgres, seeded.jobId, signal);
    let most = 0;
    for (let left = 18; left > 0; left -= 1) {
      await systemClock.sleep(5000);
      const memory = await memoryOf(console_);
      most = Math.max(most, memory);
      progress(`busy: ${memory} MB`);
    }
    ending.abort();
    await Promise.all([...viewers, printed]);
    return megabytes('busy', most);
  } finally {
    ending.abort();
    await console_.remove();
    hosts.end();
    await postgres.stop();
  }
};

/**
 * What the built console takes in a process of its own: memory (resident, MB) after a minute without work on PostgreSQL and on
 * the embedded database, the most of it in 90 s with 500 machines and 50 viewers of a job, its size on disk, and how long it takes
 * to start on an empty data folder and on one that is there.
 */
export async function benchFootprint(): Promise<Figure[]> {
  const installed = megabytes('installed', Math.round((await sizeOf(standalone)) / 1e6));
  return [installed, ...(await embedded()), await idle(), await busy()];
}
