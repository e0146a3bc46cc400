import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';

import { afterEach, expect, it } from 'vitest';

import { localHeader, requestIdHeader, watchRequests } from './http-requests';
import { logContext } from './log-context';

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

const serve = async () => {
  const seen: { headers: IncomingHttpHeaders; context: ReturnType<typeof logContext> }[] = [];
  endings.push(watchRequests());
  const server = createServer((request, response) => {
    seen.push({ headers: request.headers, context: { ...logContext() } });
    response.end('ok');
  }).listen(0, '127.0.0.1');
  endings.push(() => void server.close());
  await once(server, 'listening');
  const place = server.address();
  if (place === null || typeof place === 'string') throw new Error('no TCP port');
  return { seen, url: `http://127.0.0.1:${place.port}`, port: place.port };
};

it('gives each request an id of its own, which the response and the log lines share', async () => {
  const { seen, url } = await serve();
  const headers = { [requestIdHeader]: 'claimed' };
  const [first, second] = [await fetch(url, { headers }), await fetch(url)];
  const ids = [first, second].map((response) => response.headers.get(requestIdHeader));
  expect(new Set([...ids, 'claimed'])).toHaveLength(3);
  expect(seen.map((one) => one.headers[requestIdHeader])).toEqual(ids);
  expect(seen.map((one) => one.context.requestId)).toEqual(ids);
});

it('tells a request of this machine itself from one that came through a proxy', async () => {
  const { seen, url } = await serve();
  await fetch(url);
  await fetch(url, { headers: { 'x-forwarded-for': '127.0.0.1', [localHeader]: '1' } });
  expect(seen.map((one) => one.headers[localHeader])).toEqual(['1', undefined]);
});

it('keeps the ids apart on one connection', async () => {
  const { seen, port } = await serve();
  const socket = connect(port, '127.0.0.1');
  const request = 'GET / HTTP/1.1\r\nhost: console\r\n\r\n';
  socket.write(request + request);
  socket.end();
  socket.resume();
  await once(socket, 'close');
  expect(new Set(seen.map((one) => one.context.requestId))).toHaveLength(2);
});
