import { isIP } from 'node:net';
import { connect, type SecureVersion, type TLSSocket } from 'node:tls';

import { describeConnectionFailure, failureKind } from '@/server/provision/engine/connection-failure';
import { type Reached, socketOptions } from '@/server/provision/engine/reached';

/** What serves the engine's port of a machine, and how it is known. The address must be among the certificate's names. */
export interface Target extends Reached {
  /** Whom the port's own certificate must be signed by. */
  readonly engineCaPem: string;
}

/** A client certificate with its key, in PEM. */
export interface ClientPair {
  readonly cert: string;
  readonly key: string;
}

export interface TlsCall {
  /** Null: no certificate is shown at all. */
  readonly pair: ClientPair | null;
  /** The one version that is offered. Default: 1.2 and 1.3. */
  readonly version?: SecureVersion;
  /** A session to resume, as node:tls gives it out. */
  readonly session?: Buffer;
  readonly path: string;
}

/**
 * How a call ended. answered: an HTTP answer came, whatever it says. refused: the other side was reached and ended it without
 * one. unknown: neither, so it says nothing about who is let in.
 */
export type CallEnd =
  | { readonly kind: 'answered'; readonly status: number; readonly resumed: boolean }
  | { readonly kind: 'refused' | 'unknown'; readonly why: string };

export interface OpenCall {
  readonly socket: TLSSocket;
  readonly end: Promise<CallEnd>;
}

// What these mean is that nobody, or somebody else, was reached: no refusal of a certificate.
const notReached: ReadonlySet<string> = new Set([
  'refused',
  'timeout',
  'unreachable',
  'name-unknown',
  'no-tls',
  'wrong-name',
  'untrusted',
  'clock',
]);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** An alert that the other side sent: "tlsv13 alert certificate required". OpenSSL writes more around it. */
const alertOf = (error: unknown): string | undefined => /(?:tls|ssl)v\d+ alert [a-z ]+/i.exec(messageOf(error))?.[0];

const endOf = (error: unknown, target: Target): CallEnd => {
  const alert = alertOf(error);
  if (alert !== undefined) return { kind: 'refused', why: `The connection was refused with "${alert}".` };
  if (notReached.has(failureKind(error))) {
    return { kind: 'unknown', why: describeConnectionFailure(error, target).sentence };
  }
  return { kind: 'refused', why: 'The connection was ended without an answer.' };
};

const statusLine = /^HTTP\/1\.\d (\d{3})/;
const statusLineBytes = 'HTTP/1.1 200'.length;

/**
 * Connects, sends one GET and waits for the first line of its answer. In TLS 1.3 a client is done with the handshake before the
 * server has judged its certificate, so only an answer counts as being let in. Nothing is kept from earlier calls: a
 * session is resumed only if it is given. The socket stays open; its owner destroys it.
 */
export function openCall(target: Target, call: TlsCall, timeoutMs: number): OpenCall {
  const { address, port } = target;
  const socket = connect({
    ...socketOptions(target),
    ca: target.engineCaPem,
    ...(isIP(address) === 0 && { servername: address }),
    ...(call.pair && { cert: call.pair.cert, key: call.pair.key }),
    ...(call.session && { session: call.session }),
    minVersion: call.version ?? 'TLSv1.2',
    maxVersion: call.version ?? 'TLSv1.3',
  });
  const end = new Promise<CallEnd>((resolve) => {
    const finish = (ended: CallEnd) => {
      clearTimeout(deadline);
      resolve(ended);
    };
    const deadline = setTimeout(() => {
      const why = `${address}:${port} neither answered nor ended the connection within ${timeoutMs / 1000} s.`;
      finish({ kind: 'unknown', why });
    }, timeoutMs);
    let heard = '';
    socket.once('secureConnect', () => socket.write(`GET ${call.path} HTTP/1.1\r\nHost: docker\r\n\r\n`));
    socket.on('data', (chunk: Buffer) => {
      if (heard.length < statusLineBytes) heard += chunk.toString('latin1');
      const status = statusLine.exec(heard)?.[1];
      if (status) finish({ kind: 'answered', status: Number(status), resumed: socket.isSessionReused() });
    });
    socket.on('error', (error) => finish(endOf(error, target)));
    socket.once('close', () => finish({ kind: 'refused', why: 'The connection was ended without an answer.' }));
  });
  return { socket, end };
}

/** One GET over a connection of its own, which is closed afterwards. */
export async function tryCall(target: Target, call: TlsCall, timeoutMs: number): Promise<CallEnd> {
  const { socket, end } = openCall(target, call, timeoutMs);
  try {
    return await end;
  } finally {
    socket.destroy();
  }
}
