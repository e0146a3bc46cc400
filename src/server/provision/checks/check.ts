import type { ProvisionContext } from '../context';
import type { EngineSettings } from '../engine-settings';
import type { HostOwner } from '../host-owner';
import type { Report } from '../host/report';

export const hostCheckIds = ['sudo', 'os', 'disk', 'clock', 'packages', 'port', 'engine'] as const;
export type HostCheckId = (typeof hostCheckIds)[number];

/** What one check found. `message` and `advice` are for people; `details` are the figures behind them. */
export interface CheckResult {
  readonly status: 'ok' | 'warning' | 'failed';
  readonly message: string;
  /** What to do about it. */
  readonly advice?: string;
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

export interface HostCheckInput {
  readonly settings: EngineSettings;
  /** That the engine is to serve. */
  readonly port: number;
  /** Who asks; absent for a host that is not a machine yet. */
  readonly owner?: HostOwner | undefined;
}

export interface HostCheck {
  readonly id: HostCheckId;
  run(ctx: ProvisionContext): Promise<CheckResult>;
}

/** What was read from the host, once for all checks. */
export interface HostSeen {
  readonly report: Report;
  /** Why there are no root's rights, in words; null where there are. Without them some things cannot be seen. */
  readonly sudoRefusal: string | null;
  /** How far the host's clock is ahead of the console's; what the way there may account for is taken off. */
  readonly clockSkewMs: number;
}

export type Judge = (seen: HostSeen, input: HostCheckInput) => CheckResult;

export const ok = (message: string, details?: CheckResult['details']): CheckResult => ({
  status: 'ok',
  message,
  ...(details && { details }),
});
