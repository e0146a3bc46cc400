import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Served {
  bytes: Buffer;
  /** Null: the server names no version. */
  etag: string | null;
  /** Breaks the connection after so many bytes of an answer, once each. */
  breaks: number[];
  /** Answers that come instead, once each. */
  instead: ((request: IncomingMessage, response: ServerResponse) => void)[];
  takesRanges: boolean;
  headers: Record<string, string>;
}

/** A web server with one file, which can do everything wrong that a mirror does. */
export async function serveFile(bytes: Buffer) {
  const served: Served = {
    bytes,
    etag: '"one"',
    breaks: [],
    instead: [],
    takesRanges: true,
    headers: {},
  };
  const asked: { path: string; range: string | undefined; ifRange: string | undefined }[] = [];
  const server = createServer((request, response) => {
    const { range, 'if-range': ifRange } = request.headers;
    asked.push({ path: request.url ?? '', range, ifRange: ifRange as string | undefined });
    const instead = served.instead.shift();
    if (instead) return instead(request, response);
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    const isPart = served.takesRanges && range !== undefined && ifRange === served.etag;
    const total = served.bytes.length;
    const common = { ...(served.etag !== null && { etag: served.etag }), ...served.headers };
    if (isPart && from >= total) return response.writeHead(416, { 'content-range': `bytes */${total}` }).end();
    const body = isPart ? served.bytes.subarray(from) : served.bytes;
    const partly = isPart && { 'content-range': `bytes ${from}-${total - 1}/${total}` };
    response.writeHead(isPart ? 206 : 200, { 'content-length': body.length, ...common, ...partly });
    const after = served.breaks.shift();
    if (after === undefined) return response.end(body);
    return response.write(body.subarray(0, after), () => setImmediate(() => response.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    served,
    asked,
    origin,
    url: `${origin}/images/disk.qcow2`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export type FileServer = Awaited<ReturnType<typeof serveFile>>;

/** Bytes that no other part of the file has, as a qcow2 disk begins. */
export const diskBytes = (length: number): Buffer => {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 32) createHash('sha256').update(String(at)).digest().copy(bytes, at);
  Buffer.from([0x51, 0x46, 0x49, 0xfb]).copy(bytes);
  return bytes;
};

export const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
