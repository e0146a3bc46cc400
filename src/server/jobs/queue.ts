import 'server-only';
import { fromPglite, fromPrisma, PgBoss } from 'pg-boss';

import type { Database, Transaction } from '@/server/db/database';
import type { Log } from '@/server/log/log';

const queue = 'jobs';
const heartbeatSeconds = 10;
/** A worker that has died is missed after its heartbeat and twice this time at the latest. */
const lookForDeadSeconds = 4;
const stopTimeoutMs = 8000;

interface Delivery {
  readonly jobId: string;
}

export interface JobQueue {
  /** Delivers the job to a worker once the transaction is committed. Jobs of one key run one at a time, in order. */
  enqueue(tx: Transaction, delivery: { jobId: string; key: string }): Promise<void>;
  /** Begins to take jobs. `handle` resolves when the job has ended; when it throws, the job is delivered again. */
  work(handle: (jobId: string) => Promise<void>): Promise<void>;
  /** Takes no more jobs, and waits a few seconds for those in hand. */
  stop(): Promise<void>;
}

const openBoss = ({ backend }: Database): PgBoss =>
  backend.kind === 'pglite'
    ? new PgBoss({
        db: fromPglite(backend.pglite),
        backend: 'pglite',
        useListenNotify: true,
        superviseIntervalSeconds: 10,
      })
    : new PgBoss({
        connectionString: backend.url,
        useListenNotify: true,
        max: 5,
        superviseIntervalSeconds: lookForDeadSeconds,
        monitorIntervalSeconds: lookForDeadSeconds,
      });

// The embedded database has one process only, so whatever is still active at its start belongs to a process that died.
const releaseOrphans = async (boss: PgBoss, { backend }: Database): Promise<void> => {
  if (backend.kind !== 'pglite') return;
  const { rows } = await backend.pglite.query<{ id: string }>(
    `select id from pgboss.job where name = $1 and state = 'active'`,
    [queue],
  );
  const ids = rows.map((row) => row.id);
  if (ids.length > 0) await boss.fail(queue, ids);
};

/**
 * The queue on pg-boss: one active job per key (policy key_strict_fifo), a dead worker noticed by heartbeat, its job
 * delivered again. Throws where the database refuses pg-boss its schema.
 */
export async function openJobQueue(database: Database, options: { log: Log; concurrency: number }): Promise<JobQueue> {
  const boss = openBoss(database);
  boss.on('error', (err) => options.log.error({ err }, 'the job queue met an error'));
  await boss.start();
  await boss.createQueue(queue, {
    policy: 'key_strict_fifo',
    retryLimit: 1000,
    retryDelay: 0,
    expireInSeconds: 6 * 60 * 60,
    heartbeatSeconds,
    notify: true,
  });
  await releaseOrphans(boss, database);
  return {
    enqueue: async (tx, { jobId, key }) => {
      await boss.send(queue, { jobId } satisfies Delivery, { singletonKey: key, db: fromPrisma(tx) });
    },
    work: async (handle) => {
      await boss.work<Delivery>(
        queue,
        {
          localConcurrency: options.concurrency,
          pollingIntervalSeconds: 1,
          // A job that its dead worker leaves behind is announced by nobody.
          notifyPollingIntervalSeconds: 3,
          heartbeatRefreshSeconds: 3,
        },
        async (jobs) => {
          for (const job of jobs) await handle(job.data.jobId);
        },
      );
    },
    stop: () => boss.stop({ graceful: true, timeout: stopTimeoutMs, close: true }),
  };
}
