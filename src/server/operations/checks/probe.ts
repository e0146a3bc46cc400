import type { ProbeId, ShownHostKey } from '@/lib/host-check';

/** What a probe found. What it can't find out at all it throws as AppError, which counts as failed. */
export interface Finding {
  readonly status: 'ok' | 'warning' | 'failed';
  readonly message: string;
  readonly advice?: string;
  /** By the path of the field. */
  readonly fieldErrors?: Readonly<Record<string, string>>;
  /** The key that the host has shown, to be pinned by whoever accepts it. */
  readonly hostKey?: ShownHostKey;
}

/** One look at a host; changes nothing there. */
export interface Probe {
  readonly id: ProbeId;
  /** Probes that must not have failed before this one makes sense. */
  readonly needs: readonly ProbeId[];
  readonly timeoutMs: number;
  run(signal: AbortSignal): Promise<Finding>;
}

export const found = (message: string): Finding => ({ status: 'ok', message });
