import { AppError } from '@/server/errors/app-error';

import { trustAnyKey } from '../../../test/support/sshd';
import { connectSsh, type ConnectOptions, type SshTarget } from './connect';
import type { SshConnection } from './connection';

export const never = new AbortController().signal;

/** Connects, and closes at its end what has been opened. */
export function connectBench() {
  let open: SshConnection[] = [];

  async function connect(target: SshTarget, options: Partial<ConnectOptions> = {}): Promise<SshConnection> {
    const connection = await connectSsh(target, { signal: never, hostKey: trustAnyKey, ...options });
    open.push(connection);
    return connection;
  }

  async function failure(target: SshTarget, options: Partial<ConnectOptions> = {}): Promise<AppError> {
    try {
      await connect(target, options);
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
    throw new Error('connected');
  }

  async function close(): Promise<void> {
    await Promise.all(open.map((connection) => connection.close()));
    open = [];
  }

  return { connect, failure, close };
}
