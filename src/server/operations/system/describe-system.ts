import 'server-only';
import { version } from '@/lib/version';
import { queueAge } from '@/server/metrics/read-state';
import type { Runtime } from '@/server/runtime';
import { fingerprintOf, readMasterKey } from '@/server/secrets/master-key';

import { findLastBackup } from './last-backup';

/** A replica that was not heard of for so long is shown as silent. */
const silentAfterMs = 12_000;
const shownForMs = 24 * 60 * 60 * 1000;

export type ReplicaState = 'alive' | 'silent' | 'stopped';

export interface ReplicaView {
  readonly id: string;
  readonly role: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly startedAt: Date;
  readonly heartbeatAt: Date;
  readonly state: ReplicaState;
}

const stateOf = (row: { stoppedAt: Date | null; heartbeatAt: Date }, now: Date): ReplicaState => {
  if (row.stoppedAt) return 'stopped';
  return now.getTime() - row.heartbeatAt.getTime() > silentAfterMs ? 'silent' : 'alive';
};

const order: Readonly<Record<ReplicaState, number>> = { alive: 0, silent: 1, stopped: 2 };

const listReplicas = async ({ database, clock }: Runtime): Promise<ReplicaView[]> => {
  const now = clock.now();
  const rows = await database.prisma.replica.findMany({
    where: { heartbeatAt: { gt: new Date(now.getTime() - shownForMs) } },
    orderBy: { startedAt: 'desc' },
    take: 50,
    select: {
      id: true,
      role: true,
      host: true,
      pid: true,
      version: true,
      startedAt: true,
      heartbeatAt: true,
      stoppedAt: true,
    },
  });
  return rows
    .map(({ stoppedAt, ...row }) => ({ ...row, state: stateOf({ ...row, stoppedAt }, now) }))
    .toSorted((a, b) => order[a.state] - order[b.state]);
};

const readQueue = async (runtime: Runtime) => {
  const states = ['queued', 'running', 'waiting', 'cancelling'] as const;
  const [rows, oldestSeconds] = await Promise.all([
    runtime.database.prisma.job.groupBy({ by: ['state'], where: { state: { in: [...states] } }, _count: true }),
    queueAge(runtime),
  ]);
  const countOf = (state: (typeof states)[number]) => rows.find((row) => row.state === state)?._count ?? 0;
  return {
    queued: countOf('queued'),
    running: countOf('running') + countOf('cancelling'),
    waiting: countOf('waiting'),
    oldestSeconds,
  };
};

const databaseBytes = async ({ database }: Runtime): Promise<number> => {
  const rows = await database.prisma.$queryRaw<{ bytes: bigint }[]>`
    select pg_database_size(current_database()) as bytes`;
  return Number(rows[0]?.bytes ?? 0);
};

/** Where the master key is and by what it can be told; never the key itself. */
const describeMasterKey = ({ env }: Runtime) => {
  const key = readMasterKey(env);
  const place = env.masterKey
    ? { kind: 'setting' as const }
    : { kind: 'file' as const, path: `${env.dataDir}/master.key` };
  return { place, fingerprint: key ? fingerprintOf(key) : null };
};

/** What runs, what waits, where it is kept. */
export async function describeSystem(runtime: Runtime) {
  const [replicas, queue, bytes, lastBackup] = await Promise.all([
    listReplicas(runtime),
    readQueue(runtime),
    databaseBytes(runtime),
    findLastBackup(runtime.database.prisma),
  ]);
  const kind = runtime.database.backend.kind === 'postgres' ? ('postgresql' as const) : ('embedded' as const);
  return { version, replicas, queue, database: { kind, bytes }, masterKey: describeMasterKey(runtime), lastBackup };
}
