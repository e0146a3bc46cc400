import { lookup } from 'node:dns';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { AppError } from '@/server/errors/app-error';

import { attempt, deadlineIn, seconds } from './attempt';

export interface SshEndpoint {
  /** A DNS name or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
}

export interface Limits {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** Opens a TCP connection to an endpoint: from the console, or from a host in between. Throws as `dial` does. */
export type Dial = (endpoint: SshEndpoint, limits: Limits) => Promise<Duplex>;

/** "host:port" as people write it, with brackets around an IPv6 address. */
export const nameEndpoint = ({ host, port }: SshEndpoint) =>
  isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;

/**
 * Resolves a name as the console's machine does (hosts file included). Out: IP addresses, in the resolver's order;
 * an IP address is its own answer. Throws ssh.name-unknown, ssh.timeout.
 */
export async function resolveName(host: string, { signal, timeoutMs }: Limits): Promise<string[]> {
  if (isIP(host)) return [host];
  const unknown = (why: string, cause?: Error) =>
    new AppError({ code: 'ssh.name-unknown', public: `${why} Check the spelling, or enter the IP address.`, cause });
  // Node resolves the empty name to nothing, with a warning.
  if (host === '') throw unknown('The name is empty.');
  return attempt<string[]>({
    signal,
    timeoutMs,
    timeout: () =>
      new AppError({
        code: 'ssh.timeout',
        public: `The name server did not answer within ${seconds(timeoutMs)} when asked for "${host}".`,
      }),
    begin: ({ done, fail }) => {
      lookup(host, { all: true }, (error, addresses) => {
        if (error?.code === 'EAI_AGAIN') {
          fail(unknown(`No name server could tell the address of "${host}" now.`, error));
        } else if (error || addresses.length === 0) {
          fail(unknown(`The name "${host}" is not known.`, error ?? undefined));
        } else {
          done(addresses.map(({ address }) => address));
        }
      });
      return () => undefined;
    },
  });
}

interface NetworkError extends Error {
  readonly code?: string;
  readonly errors?: readonly NetworkError[];
}

/** With several addresses each has its own error: a refusal says most, then silence, then the lack of a route. */
const telling = ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT'];

function pickError(error: NetworkError): NetworkError {
  const all = error.errors ?? [];
  for (const code of telling) {
    const found = all.find((one) => one.code === code);
    if (found) return found;
  }
  return all[0] ?? error;
}

/** Tells apart why no TCP connection came about: ssh.port-closed, ssh.timeout, ssh.unreachable. */
function dialError(error: Error, endpoint: SshEndpoint): AppError {
  const cause = pickError(error);
  const where = nameEndpoint(endpoint);
  switch (cause.code) {
    case 'ECONNREFUSED':
    case 'ECONNRESET':
      return new AppError({
        code: 'ssh.port-closed',
        public: `${where} refuses connections: the machine is up, but nothing listens on port ${endpoint.port}. Start its SSH server, or correct the port.`,
        cause: error,
      });
    case 'ETIMEDOUT':
      return new AppError({
        code: 'ssh.timeout',
        public: `${where} does not answer. The machine is off, the address is wrong, or a firewall drops the packets.`,
        cause: error,
      });
    default:
      return new AppError({
        code: 'ssh.unreachable',
        public: `There is no way from the console to ${where} (${cause.code ?? cause.message}). Check the address, the route and the firewall between them.`,
        cause: error,
      });
  }
}

/**
 * Resolves the name and opens a TCP connection to the first of its addresses that answers (RFC 8305).
 * Throws ssh.name-unknown, ssh.port-closed, ssh.timeout, ssh.unreachable.
 */
export async function dial(endpoint: SshEndpoint, { signal, timeoutMs }: Limits): Promise<Socket> {
  const left = deadlineIn(timeoutMs);
  const addresses = await resolveName(endpoint.host, { signal, timeoutMs: left() });
  const answers = addresses.map((address) => ({ address, family: isIP(address) }));
  const answer: LookupFunction = (_host, _options, callback) => callback(null, answers);
  return attempt<Socket>({
    signal,
    timeoutMs: left(),
    timeout: () =>
      new AppError({
        code: 'ssh.timeout',
        public: `${nameEndpoint(endpoint)} did not answer within ${seconds(timeoutMs)}. The machine is off, the address is wrong, or a firewall drops the packets.`,
      }),
    begin: ({ done, fail }) => {
      const socket = connect({
        host: endpoint.host,
        port: endpoint.port,
        lookup: answer,
        noDelay: true,
        autoSelectFamily: true,
        // Node's own 250 ms is too short for hosts on the other side of the world.
        autoSelectFamilyAttemptTimeout: 3000,
      });
      const onError = (error: Error) => fail(dialError(error, endpoint));
      socket.once('error', onError);
      socket.once('connect', () => {
        socket.off('error', onError);
        done(socket);
      });
      return () => socket.destroy();
    },
  });
}
