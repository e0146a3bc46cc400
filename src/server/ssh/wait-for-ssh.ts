import type { Clock } from '@/server/clock/clock';
import { waitFor } from '@/server/clock/wait-for';
import { AppError } from '@/server/errors/app-error';
import type { ErrorCode } from '@/server/errors/catalogue';

import { type ConnectOptions, connectSsh, type SshTarget } from './connect';
import type { SshConnection } from './connection';

export interface WaitForSshOptions extends ConnectOptions {
  readonly clock: Clock;
  /** For the whole wait. */
  readonly timeoutMs: number;
  /** Between two attempts. Default 2 s. */
  readonly everyMs?: number;
  /** How long a key may be refused, from the first refusal on: a new host may answer before it has it. Default 0. */
  readonly keyWaitMs?: number;
  /** Gets the sentence of the last failed attempt whenever it changes. */
  readonly onWaiting?: (observed: string) => void;
}

/** Waiting changes nothing about these: a person has to. */
const final: ReadonlySet<ErrorCode> = new Set([
  'ssh.algorithms-unsupported',
  'ssh.auth-rejected',
  'ssh.host-key-changed',
  'ssh.key-invalid',
]);

/**
 * Tries to sign in until the host is ready, as after its creation or a reboot. Throws ssh.timeout at the deadline with
 * the last real reason, and at once what no waiting helps: ssh.auth-rejected, ssh.host-key-changed, ssh.key-invalid,
 * ssh.algorithms-unsupported. (docker-machine retries these as well, so that a wrong key looks like a slow host; of these
 * ssh.auth-rejected alone is waited out, for `keyWaitMs`.)
 */
export function waitForSsh(target: SshTarget, options: WaitForSshOptions): Promise<SshConnection> {
  const { clock, timeoutMs, everyMs = 2000, keyWaitMs = 0, onWaiting, ...connectOptions } = options;
  let refusedAt: number | undefined;
  const mayPass = (error: AppError): boolean => {
    if (error.code !== 'ssh.auth-rejected' || keyWaitMs === 0) return !final.has(error.code);
    const now = clock.now().getTime();
    refusedAt ??= now;
    return now - refusedAt < keyWaitMs;
  };
  return waitFor<SshConnection>({
    clock,
    signal: options.signal,
    everyMs,
    timeoutMs,
    poll: async () => {
      try {
        return { done: true, value: await connectSsh(target, connectOptions) };
      } catch (error) {
        if (!(error instanceof AppError) || !mayPass(error)) throw error;
        return { done: false, observed: error.public.replace(/\.$/, '') };
      }
    },
    ...(onWaiting && { onWaiting }),
    timeout: { code: 'ssh.timeout', what: `Signing in to ${target.host}` },
  });
}
