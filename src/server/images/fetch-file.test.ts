import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { leapingClock } from '@/server/clock/leaping-clock.test-support';

import { rejection } from '../../../test/support/rejection';
import { type Begun, fetchFile, type FileToFetch } from './fetch-file';
import { diskBytes, type FileServer, serveFile } from './file-server.test-support';

const bytes = diskBytes(3 * 1024 * 1024);

let server: FileServer;
let folder: string;
let path: string;

beforeEach(async () => {
  server = await serveFile(bytes);
  folder = await mkdtemp(join(tmpdir(), 'quaymaster-fetch-'));
  path = join(folder, 'images', 'part');
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const bench = (over: Partial<FileToFetch> = {}) => {
  const begun: Begun[] = [];
  const breaks: string[] = [];
  const progress: number[] = [];
  const clock = leapingClock();
  const fetching = fetchFile({
    url: server.url,
    path,
    validator: null,
    maxBytes: 10 * bytes.length,
    mayAskItself: true,
    clock,
    signal: new AbortController().signal,
    onBegin: (told) => Promise.resolve(void begun.push(told)),
    onProgress: (received) => Promise.resolve(void progress.push(received)),
    onBreak: (why) => breaks.push(why),
    ...over,
  });
  return { fetching, begun, breaks, progress, clock };
};

describe('fetchFile', () => {
  it('fetches a file, tells its size and its progress', async () => {
    const { fetching, begun, progress } = bench();
    expect(await fetching).toBe(bytes.length);
    expect((await readFile(path)).equals(bytes)).toBe(true);
    expect(begun).toEqual([{ sizeBytes: bytes.length, validator: '"one"', offset: 0 }]);
    expect(progress.at(-1)).toBe(bytes.length);
    expect(progress.toSorted((a, b) => a - b)).toEqual(progress);
  });

  it('goes on after each break where it stopped, and asks for the same version', async () => {
    server.served.breaks.push(1_000_000, 500_000);
    const { fetching, breaks, clock } = bench();
    expect(await fetching).toBe(bytes.length);
    expect((await readFile(path)).equals(bytes)).toBe(true);
    expect(breaks).toHaveLength(2);
    expect(clock.sleeps).toEqual([1000, 1000]);
    const [first, second, third] = server.asked;
    expect(first?.range).toBeUndefined();
    expect(second).toMatchObject({ ifRange: '"one"', range: expect.stringMatching(/^bytes=[1-9]\d*-$/) as string });
    expect(Number(third?.range?.slice(6, -1))).toBeGreaterThan(Number(second?.range?.slice(6, -1)));
  });

  it('goes on with what an earlier run left, given the version that it was of', async () => {
    await fetchFileTo(1_234_567);
    const { fetching, begun } = bench({ validator: '"one"' });
    expect(await fetching).toBe(bytes.length);
    expect(begun).toEqual([{ sizeBytes: bytes.length, validator: '"one"', offset: 1_234_567 }]);
    expect((await readFile(path)).equals(bytes)).toBe(true);
  });

  it('begins anew where the file has changed in between', async () => {
    await fetchFileTo(1_000_000);
    server.served.etag = '"two"';
    server.served.bytes = Buffer.from(bytes).reverse();
    expect(await bench({ validator: '"one"' }).fetching).toBe(bytes.length);
    expect((await readFile(path)).equals(server.served.bytes)).toBe(true);
  });

  it('begins anew where the server takes no ranges or names no version', async () => {
    server.served.takesRanges = false;
    server.served.breaks.push(1_000_000);
    await bench().fetching;
    expect((await readFile(path)).equals(bytes)).toBe(true);
    server.served.etag = null;
    server.served.breaks.push(1_000_000);
    await bench().fetching;
    expect((await readFile(path)).equals(bytes)).toBe(true);
    expect(server.asked.at(-1)?.range).toBeUndefined();
  });

  it('is content where all of it is there already', async () => {
    await fetchFileTo(bytes.length);
    const { fetching, begun } = bench({ validator: '"one"' });
    expect(await fetching).toBe(bytes.length);
    expect(begun).toEqual([]);
  });

  it('tries five times more while nothing comes, then tells the last reason', async () => {
    server.served.instead = Array.from({ length: 6 }, () => (_request, response) => response.writeHead(503).end());
    const { fetching, clock } = bench();
    expect(await rejection(fetching)).toMatchObject({ code: 'image.fetch-failed' });
    expect(clock.sleeps).toEqual([1000, 2000, 5000, 10_000, 20_000]);
    await expect(bench({ url: 'http://127.0.0.1:9/x' }).fetching).rejects.toThrow(/refuses connections/);
  });

  it.each([
    ['404', 404, /no such file/],
    ['403', 403, /does not give the file/],
    ['204', 204, /is no file/],
  ])('tells at once that the server answers %s', async (_name, status, says) => {
    server.served.instead = [(_request, response) => response.writeHead(status).end()];
    const { fetching, clock } = bench();
    await expect(fetching).rejects.toThrow(says);
    expect(clock.sleeps).toEqual([]);
  });

  it('follows redirects, also relative ones, but not for ever', async () => {
    const to = (location: string) => (_request: unknown, response: ServerResponse) =>
      void response.writeHead(302, { location }).end();
    server.served.instead = [to('/elsewhere/disk.qcow2?token=1')];
    expect(await bench().fetching).toBe(bytes.length);
    expect(server.asked.at(-1)?.path).toBe('/elsewhere/disk.qcow2?token=1');
    server.served.instead = Array.from({ length: 11 }, () => to('/again'));
    await expect(bench().fetching).rejects.toThrow(/more than 10 times/);
  });

  it.each([
    ['a file of the console', 'file:///etc/passwd'],
    ['another protocol', 'ftp://mirror.example.test/x'],
    ['what is no address', '//'],
    ["the cloud's own answers", 'http://169.254.169.254/latest/meta-data'],
    ['the same in other clothes', 'http://[::ffff:169.254.169.254]/'],
    ['nowhere', 'http://0.0.0.0/'],
  ])('does not go to %s, neither at first nor by a redirect', async (_name, location) => {
    await expect(bench({ url: location }).fetching).rejects.toMatchObject({ code: 'image.fetch-failed' });
    if (location === '//') return;
    server.served.instead = [(_request, response) => void response.writeHead(302, { location }).end()];
    const { fetching, clock } = bench();
    await expect(fetching).rejects.toMatchObject({ code: 'image.fetch-failed' });
    expect(clock.sleeps).toEqual([]);
  });

  it.each(['http://127.0.0.1:PORT/x', 'http://localhost:PORT/x'])(
    "does not go to the console's own machine: %s",
    async (url) => {
      const port = new URL(server.origin).port;
      const { fetching } = bench({ url: url.replace('PORT', port), mayAskItself: false });
      await expect(fetching).rejects.toThrow(/does not fetch from/);
      expect(server.asked).toEqual([]);
    },
  );

  it('stops where the file is too large, whether the server says so or not', async () => {
    const { fetching, begun } = bench({ maxBytes: 1_000_000 });
    expect(await rejection(fetching)).toMatchObject({ code: 'input.too-large' });
    expect(begun).toEqual([]);
    server.served.instead = [(_request, response) => void response.writeHead(200).end(bytes)];
    expect(await rejection(bench({ maxBytes: 1_000_000 }).fetching)).toMatchObject({ code: 'input.too-large' });
  });

  it('refuses a file that cannot fit on the disk before a byte of it is written', async () => {
    const huge = String(2 ** 52);
    server.served.instead = [
      (_request, response) => response.writeHead(200, { 'content-length': huge }).flushHeaders(),
    ];
    const { fetching } = bench({ maxBytes: 2 ** 53 });
    expect(await rejection(fetching)).toMatchObject({ code: 'provision.disk-full' });
    await expect(readFile(path)).rejects.toThrow('ENOENT');
  });

  it('refuses bytes that are compressed on the way', async () => {
    server.served.headers = { 'content-encoding': 'gzip' };
    await expect(bench().fetching).rejects.toThrow(/compressed \(gzip\)/);
  });

  it('stops at its signal and leaves what has arrived', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    server.served.instead = [
      (_request, response) =>
        void response.writeHead(200, { 'content-length': bytes.length }).write(bytes.subarray(0, 1_000_000)),
    ];
    const { fetching } = bench({
      signal: controller.signal,
      onProgress: (received) => Promise.resolve(received >= 1_000_000 ? controller.abort(reason) : undefined),
    });
    await expect(fetching).rejects.toBe(reason);
    expect((await readFile(path)).length).toBeGreaterThan(0);
  });
});

async function fetchFileTo(length: number): Promise<void> {
  await bench().fetching;
  await writeFile(path, bytes.subarray(0, length));
  server.asked.length = 0;
}
