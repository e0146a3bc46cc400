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
 * ssh.algorithms-unsupported. (docker-machine retries these as well, so that a wrong key looks like a slow host.)
 */
export function waitForSsh(target: SshTarget, options: WaitForSshOptions): Promise<SshConnection> {
  const { clock, timeoutMs, everyMs = 2000, onWaiting, ...connectOptions } = options;
  return waitFor<SshConnection>({
    clock,
    signal: options.signal,
    everyMs,
    timeoutMs,
    poll: async () => {
      try {
        return { done: true, value: await connectSsh(target, connectOptions) };
      } catch (error) {
        if (!(error instanceof AppError) || final.has(error.code)) throw error;
        return { done: false, observed: error.public.replace(/\.$/, '') };
      }
    },
    ...(onWaiting && { onWaiting }),
    timeout: { code: 'ssh.timeout', what: `Signing in to ${target.host}` },
  });
}
