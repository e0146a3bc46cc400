import type { StepLog } from '@/lib/step-log';
import type { RunningContainer } from '@/server/provision/engine/list-containers';

/** Tells in the log which containers went on while their engine was changed. */
export function judgeContainers(
  log: StepLog,
  before: readonly RunningContainer[],
  after: readonly RunningContainer[],
): void {
  const pids = new Map(after.map(({ id, pid }) => [id, pid]));
  const gone = before.filter(({ id, pid }) => pids.get(id) !== pid);
  log.info(
    gone.length === 0
      ? `${before.length} containers run in the same processes as before.`
      : `Not in the same process as before: ${gone.map(({ name }) => name).join(', ')}.`,
  );
}
