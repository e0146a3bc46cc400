import 'server-only';
import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';

import type { SampleValues } from '@/lib/system-sample';
import type { Runtime } from '@/server/runtime';

import { metrics, totalOf } from './metrics';
import { databasePool } from './read-state';

const everyMs = 15_000;
const keptMs = 24 * 60 * 60 * 1000;
/** Old rows are removed once in so many samples. */
const sweepEvery = 40;

interface Since {
  readonly atMs: number;
  readonly cpu: NodeJS.CpuUsage;
  readonly jobsEnded: number;
  readonly probes: number;
}

const readCounts = async (): Promise<Since> => {
  const { jobsEnded, probes } = metrics();
  const [ended, looked] = await Promise.all([totalOf(jobsEnded), totalOf(probes)]);
  return { atMs: performance.now(), cpu: process.cpuUsage(), jobsEnded: ended, probes: looked };
};

const countJobs = async ({ database }: Runtime) => {
  const rows = await database.prisma.job.groupBy({
    by: ['state'],
    where: { state: { in: ['queued', 'running', 'cancelling'] } },
    _count: true,
  });
  const queued = rows.find(({ state }) => state === 'queued')?._count ?? 0;
  return { queued, running: rows.reduce((sum, row) => sum + row._count, 0) - queued };
};

/** Measures its own process: what changed since the last time, and how it stands now. */
export class Sampler {
  readonly #runtime: Runtime;
  readonly #loopDelay: IntervalHistogram;
  #since: Since;
  #taken = 0;

  private constructor(runtime: Runtime, since: Since) {
    this.#runtime = runtime;
    this.#since = since;
    this.#loopDelay = monitorEventLoopDelay({ resolution: 20 });
    this.#loopDelay.enable();
  }

  static async start(runtime: Runtime): Promise<Sampler> {
    return new Sampler(runtime, await readCounts());
  }

  stop(): void {
    this.#loopDelay.disable();
  }

  /** One row of what happened since the last one; removes rows that are older than a day now and then. */
  async take(): Promise<void> {
    const { database, replicas, clock } = this.#runtime;
    const now = clock.now();
    const values = await this.#measure();
    await database.prisma.systemSample.createMany({ data: [{ replicaId: replicas.self.id, at: now, values }] });
    if (this.#taken++ % sweepEvery === 0) {
      const before = new Date(now.getTime() - keptMs);
      await database.prisma.systemSample.deleteMany({ where: { at: { lt: before } } });
    }
  }

  async #measure(): Promise<SampleValues> {
    const before = this.#since;
    const [counts, jobs] = await Promise.all([readCounts(), countJobs(this.#runtime)]);
    this.#since = counts;
    const seconds = Math.max(0.001, (counts.atMs - before.atMs) / 1000);
    const cpu = process.cpuUsage(before.cpu);
    const { rss, heapUsed } = process.memoryUsage();
    const loopDelayMs = this.#loopDelay.percentile(99) / 1e6;
    this.#loopDelay.reset();
    const { sseViewers, sshConnections } = metrics();
    const pool = databasePool(this.#runtime);
    return {
      memoryMb: Math.round(rss / 1e5) / 10,
      heapMb: Math.round(heapUsed / 1e5) / 10,
      loopDelayMs: Math.round(loopDelayMs * 10) / 10,
      cpuPercent: Math.round((cpu.user + cpu.system) / seconds / 1000) / 10,
      jobsRunning: jobs.running,
      jobsQueued: jobs.queued,
      jobsEnded: counts.jobsEnded - before.jobsEnded,
      probesPerSecond: Math.round(((counts.probes - before.probes) / seconds) * 100) / 100,
      viewers: await totalOf(sseViewers),
      sshConnections: await totalOf(sshConnections),
      ...(pool && { poolOpen: pool.open, poolIdle: pool.idle, poolWaiting: pool.waiting }),
    };
  }
}

/** Samples this process every 15 s until `signal` aborts, for the charts of the System page. Failures are logged. */
export async function runSampler(runtime: Runtime, signal: AbortSignal): Promise<void> {
  const sampler = await Sampler.start(runtime);
  while (!signal.aborted) {
    try {
      await runtime.clock.sleep(everyMs, signal);
      await sampler.take();
    } catch (err) {
      if (!signal.aborted) runtime.log.warn({ err }, 'the process could not be sampled');
    }
  }
  sampler.stop();
}
