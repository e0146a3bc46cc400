import 'server-only';
import type { QueueEntry, WaitingFor } from '@/lib/job-view';
import type { Prisma } from '@/server/db/generated/client';
import type { TeamContext } from '@/server/operations/team-context';

import { activeStates, jobSummarySelect, summaryOf } from './job-rows';

const listedMax = 500;

const queueSelect = {
  ...jobSummarySelect,
  machineId: true,
  waitingFor: true,
  deliveredAt: true,
  batch: { select: { id: true, atOnce: true } },
} satisfies Prisma.JobSelect;

type QueueRow = Prisma.JobGetPayload<{ select: typeof queueSelect }>;

const isHeld = (row: QueueRow): boolean => row.batch !== null && row.state === 'queued' && row.deliveredAt === null;

/** The job of the machine that comes first, of those that the queue has. */
const firstOfMachines = (rows: readonly QueueRow[]): ReadonlyMap<string, QueueRow> => {
  const first = new Map<string, QueueRow>();
  for (const row of rows) {
    if (row.machineId === null || isHeld(row)) continue;
    const before = first.get(row.machineId);
    if (!before || (before.state === 'queued' && row.state !== 'queued')) first.set(row.machineId, row);
  }
  return first;
};

const reasonOf = (row: QueueRow, first: ReadonlyMap<string, QueueRow>): QueueEntry['waits'] => {
  // Written by the runner only, with this type.
  const outage = row.waitingFor as unknown as WaitingFor | null;
  if (row.state === 'waiting' && outage) return { for: 'outage', outage };
  if (row.state !== 'queued') return null;
  if (row.batch && isHeld(row)) return { for: 'batch', batch: row.batch };
  const ahead = first.get(row.machineId ?? '');
  if (!ahead || ahead.id === row.id) return { for: 'worker' };
  return { for: 'job', job: { id: ahead.id, kind: ahead.kind, subject: ahead.subject } };
};

/** What of the team runs and waits, oldest first, each with what exactly it waits for. At most 500. */
export async function listQueue({ db }: TeamContext): Promise<readonly QueueEntry[]> {
  const rows = await db.job.findMany({
    where: { state: { in: [...activeStates] } },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: listedMax,
    select: queueSelect,
  });
  const first = firstOfMachines(rows);
  return rows.map((row) => {
    const { machineId: _machineId, waitingFor: _waitingFor, deliveredAt: _deliveredAt, batch: _batch, ...job } = row;
    return { ...summaryOf(job), waits: reasonOf(row, first) };
  });
}
