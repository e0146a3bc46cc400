import 'server-only';
import type { Env } from '@/env';

import type { Admissions } from './admission/admissions';
import type { Bus } from './bus/bus';
import type { Clock } from './clock/clock';
import type { Database } from './db/database';
import type { Hypervisors } from './hypervisors/hypervisors';
import type { JobQueue } from './jobs/queue';
import type { Log } from './log/log';
import type { Replicas } from './replicas/replicas';
import type { SecretStore } from './secrets/secret-store';

/** Everything that lives as long as the process. Made once at the start (src/server/start.ts), by tests for themselves. */
export interface Runtime {
  readonly env: Env;
  readonly database: Database;
  readonly secrets: SecretStore;
  readonly bus: Bus;
  readonly queue: JobQueue;
  readonly admissions: Admissions;
  readonly hypervisors: Hypervisors;
  readonly replicas: Replicas;
  readonly clock: Clock;
  readonly log: Log;
}

// Next bundles the start hook and each route on their own, so a module variable would exist several times in one process.
const holder = globalThis as { quaymasterRuntime?: Runtime; quaymasterStopping?: boolean };

export function setRuntime(runtime: Runtime | undefined): void {
  if (runtime) holder.quaymasterRuntime = runtime;
  else delete holder.quaymasterRuntime;
}

export const hasRuntime = (): boolean => holder.quaymasterRuntime !== undefined;

/** Says that this process ends: whoever shares requests out should send it no more. */
export function markStopping(): void {
  holder.quaymasterStopping = true;
}

export const isStopping = (): boolean => holder.quaymasterStopping === true;

/** The runtime of this process. Throws before the start has made it. */
export function getRuntime(): Runtime {
  if (!holder.quaymasterRuntime) throw new Error('the console has not started yet');
  return holder.quaymasterRuntime;
}
