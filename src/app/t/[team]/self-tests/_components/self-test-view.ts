import type { SelfTestResult } from '@/lib/self-test';
import { selfTestProbes, wantedOutcome } from '@/lib/self-test';

/** One test of one machine. */
export interface SelfTestView {
  readonly id: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  /** Null while it runs. */
  readonly passed: boolean | null;
  readonly jobId: string | null;
  readonly createdByName: string;
  readonly results: readonly SelfTestResult[];
}

/** A row of the grid. */
export interface TestedMachine {
  readonly id: string;
  readonly name: string;
  readonly enforcement: 'gate' | 'engine';
  readonly latest: SelfTestView | null;
}

/** incomplete: nothing went wrong, but not everything could be tried. */
export type Verdict = 'never' | 'running' | 'passed' | 'failed' | 'incomplete';

/** What a result says: ok as it must be, wrong where the gate does not hold, unknown where it proves nothing. */
export type ResultVerdict = 'ok' | 'wrong' | 'unknown';

/** Pure. */
export const resultVerdict = ({ probe, outcome }: SelfTestResult): ResultVerdict =>
  outcome === wantedOutcome(probe) ? 'ok' : outcome === 'unknown' ? 'unknown' : 'wrong';

/** The one word for a test. A test that ended without trying everything proves nothing, but is no alarm either. Pure. */
export function verdictOf(test: SelfTestView | null): Verdict {
  if (!test) return 'never';
  if (test.results.some((result) => resultVerdict(result) === 'wrong')) return 'failed';
  if (test.finishedAt === null) return 'running';
  return test.passed === true ? 'passed' : 'incomplete';
}

/** Every probe in its order, with its result where there is one yet. Pure. */
export const probesOf = (test: SelfTestView) =>
  selfTestProbes.map((probe) => ({ probe, result: test.results.find((row) => row.probe === probe) ?? null }));
