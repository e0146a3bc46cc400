import 'server-only';
import { randomUUID } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { enterLogContext } from './log-context';

/** Carries a request's id: into the request, whatever it brought along, and into its response. */
export const requestIdHeader = 'x-request-id';
/** "1" on a request that came from this machine itself and through no proxy. Never taken from outside. */
export const localHeader = 'x-quaymaster-local';

interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

const loopback = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/;

const isLocal = ({ socket, headers }: IncomingMessage): boolean =>
  loopback.test(socket.remoteAddress ?? '') &&
  ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip'].every((name) => headers[name] === undefined);

const onArrival = (message: unknown): void => {
  // The channel is documented to carry these: https://nodejs.org/api/diagnostics_channel.html#http
  const { request, response } = message as Arrival;
  const requestId = randomUUID();
  const local = isLocal(request);
  request.headers[requestIdHeader] = requestId;
  delete request.headers[localHeader];
  if (local) request.headers[localHeader] = '1';
  response.setHeader(requestIdHeader, requestId);
  enterLogContext({ requestId });
};

const channel = 'http.server.request.start';

/**
 * Gives every request of this process an id, which its log lines, its errors and its response share, before the web server
 * sees it: a route of Next gets to know neither the socket nor the response. Returns the function that ends it.
 */
export function watchRequests(): () => void {
  subscribe(channel, onArrival);
  return () => void unsubscribe(channel, onArrival);
}
