import type { Duplex } from 'node:stream';

import type { Client } from 'ssh2';

import { AppError } from '@/server/errors/app-error';

import { attempt, seconds } from './attempt';
import { type Limits, nameEndpoint, type SshEndpoint } from './dial';
import { forwardFailure } from './forward-failure';

export interface Forward extends Limits {
  readonly client: Client;
  /** Who connects to the endpoint for us. */
  readonly host: string;
  /** What to fail with where the SSH connection itself has ended. */
  readonly lost: (during: string, cause: Error) => AppError;
}

/** Has a host connect to an endpoint as it sees it (RFC 4254, 7.2). Throws what forwardFailure makes, ssh.timeout, and what `lost` gives. */
export function forward(endpoint: SshEndpoint, { client, host, lost, signal, timeoutMs }: Forward): Promise<Duplex> {
  const where = `${nameEndpoint(endpoint)}, seen from ${host},`;
  return attempt<Duplex>({
    signal,
    timeoutMs,
    timeout: () =>
      new AppError({ code: 'ssh.timeout', public: `${where} did not answer within ${seconds(timeoutMs)}.` }),
    begin: ({ done, fail }) => {
      let isLate = false;
      try {
        client.forwardOut('127.0.0.1', 0, endpoint.host, endpoint.port, (error, channel) => {
          if (error) {
            fail(forwardFailure(error, where));
          } else if (isLate) {
            channel.destroy();
          } else {
            // As a TCP socket does by default: the other side's end is the end.
            channel.once('end', () => channel.end());
            done(channel);
          }
        });
      } catch (error) {
        // ssh2 throws, instead of calling back, once the connection has ended.
        fail(lost(`connect to ${where}`, error instanceof Error ? error : new Error(String(error))));
      }
      return () => {
        isLate = true;
      };
    },
  });
}
