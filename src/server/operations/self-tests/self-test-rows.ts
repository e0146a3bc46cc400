import 'server-only';
import type { SelfTestResult } from '@/lib/self-test';
import type { Prisma } from '@/server/db/generated/client';

export const selfTestSelect = {
  id: true,
  jobId: true,
  startedAt: true,
  finishedAt: true,
  passed: true,
  results: true,
  createdByName: true,
} satisfies Prisma.SelfTestSelect;

type SelfTestRow = Prisma.SelfTestGetPayload<{ select: typeof selfTestSelect }>;

/** One test of one machine. */
export interface SelfTestView extends Omit<SelfTestRow, 'results'> {
  /** Null while it runs, and where it ended without having tried everything. */
  readonly passed: boolean | null;
  readonly results: readonly SelfTestResult[];
}

export const toView = (row: SelfTestRow): SelfTestView => ({
  ...row,
  results: row.results as unknown as readonly SelfTestResult[],
});
