import type { StepLog } from '@/lib/step-log';
import type { Clock } from '@/server/clock/clock';
import type { CommandRunner } from '@/server/ssh/command-runner';

/** What every provisioning function gets first: the host, where its words go, when to stop, and what time it is. */
export interface ProvisionContext {
  readonly host: CommandRunner;
  readonly log: StepLog;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}
