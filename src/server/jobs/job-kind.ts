import type { z } from 'zod';

import type { StepLog } from '@/lib/step-log';
import type { Clock } from '@/server/clock/clock';
import type { Transaction } from '@/server/db/database';
import type { Runtime } from '@/server/runtime';

import type { RunResources } from './run-resources';

/** The job as its steps see it. */
export interface RunningJob<Payload> {
  readonly id: string;
  readonly teamId: string;
  readonly machineId: string | null;
  readonly subject: string;
  readonly payload: Payload;
  readonly createdBy: { readonly id: string | null; readonly name: string };
}

export interface StepContext<Payload, Checkpoint> {
  readonly runtime: Runtime;
  readonly job: RunningJob<Payload>;
  readonly log: StepLog;
  /** Aborts at the step's deadline, at a cancel (where the step may be interrupted) and when this process stops. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** What earlier steps, or an earlier try of this one, learnt. */
  readonly state: Readonly<Partial<Checkpoint>>;
  /** Stores what was learnt, at once: a crash right after it loses nothing. Merges into `state`. */
  checkpoint(patch: Partial<Checkpoint>): Promise<void>;
  /** Shared by the steps of this run, closed at its end. */
  readonly resources: RunResources;
  /** Masks this value in every further line of the job's log. */
  mask(secret: string): void;
}

export interface Step<Payload, Checkpoint> {
  /** Kebab-case; the key of its title in messages (`jobs.steps.<name>`). */
  readonly name: string;
  readonly timeoutMs: number;
  /** False while stopping in the middle would leave the host half-changed: a cancel then waits for the step's end. Default true. */
  readonly interruptible?: boolean;
  /** False where a host that does not answer is told at once: its address may be wrong, or it is what one wants to know. Default true. */
  readonly waitsForHost?: boolean;
  /** May be called again after a crash, so it is idempotent. */
  run(ctx: StepContext<Payload, Checkpoint>): Promise<void>;
  /**
   * Takes back what the step did, also half of it, also nothing; idempotent. The steps of a roll-back are those of the
   * job that have one, in reverse order. Absent where the step leaves nothing behind.
   */
  undo?(ctx: StepContext<Payload, Checkpoint>): Promise<void>;
}

export interface JobKind<Payload = unknown, Checkpoint extends object = object> {
  /** `area.verb`; the key of its title in messages (`jobs.kinds.<id>`, with the dot as a dash). */
  readonly id: string;
  readonly payload: z.ZodType<Payload>;
  steps(payload: Payload): readonly Step<Payload, Checkpoint>[];
  /** Called once when the job has ended, in any way but success; leaves the machine in a state that says so. */
  onEnded?(ctx: { runtime: Runtime; job: RunningJob<Payload>; outcome: 'failed' | 'cancelled' }): Promise<void>;
  /** Called in the transaction that queues a failed or cancelled job again; puts the machine back into its working state. */
  onRetried?(ctx: { tx: Transaction; machineId: string | null }): Promise<void>;
  /** Called in the transaction that ends a roll-back of a job of this kind; `job` is that job, not the roll-back. */
  onRolledBack?(ctx: { tx: Transaction; job: RunningJob<Payload> }): Promise<void>;
}

/** Keeps the payload and checkpoint types inside, and hands out the erased kind that the list and the runner hold. */
export const defineJobKind = <Payload, Checkpoint extends object>(kind: JobKind<Payload, Checkpoint>): JobKind =>
  kind as unknown as JobKind;
