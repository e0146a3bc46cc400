import { describe, expect, it } from 'vitest';

import { pieceBytes } from '@/lib/image';

import { sendFile, type Uploaded, UploadRefused } from './send-file';

const answer = (status: number, json: unknown) => new Response(JSON.stringify(json), { status });

/** A console that keeps what it is sent, and does what it is told to instead, once each. */
const bench = (size: number, already = 0) => {
  const file = new Blob([new Uint8Array(size).map((_byte, index) => index % 251)]);
  let kept = new Uint8Array(already).map((_byte, index) => index % 251);
  const instead: (() => Promise<Response>)[] = [];
  const offsets: number[] = [];
  const pauses: number[] = [];
  const progress: number[] = [];
  const state = (): Uploaded => ({ offset: kept.length, sizeBytes: size, isReady: kept.length === size });
  const send = (async (_url: string, { headers, body }: { headers: Record<string, string>; body: Blob }) => {
    const offset = Number(headers['upload-offset']);
    offsets.push(offset);
    const other = instead.shift();
    if (other) return other();
    if (offset !== kept.length) return answer(409, { code: 'image.upload-moved', public: 'moved' });
    kept = new Uint8Array([...kept, ...new Uint8Array(await body.arrayBuffer())]);
    return answer(200, state());
  }) as unknown as typeof fetch;
  const controller = new AbortController();
  const start = (over: { file?: Blob } = {}) =>
    sendFile({
      file,
      url: '/content',
      ask: () => Promise.resolve({ ...state(), tail: Buffer.from(kept.slice(-16)).toString('base64') }),
      send,
      pause: (ms) => Promise.resolve(void pauses.push(ms)),
      signal: controller.signal,
      onProgress: ({ offset }) => progress.push(offset),
      ...over,
    });
  return {
    file,
    instead,
    offsets,
    pauses,
    progress,
    controller,
    start,
    keep: (bytes: Uint8Array<ArrayBuffer>) => (kept = bytes),
    kept: () => kept,
  };
};

const whole = async (file: Blob) => new Uint8Array(await file.arrayBuffer());

describe('sendFile', () => {
  it('sends pieces one behind the other and tells how far it is', async () => {
    const { start, offsets, progress, kept, file } = bench(pieceBytes + 5);
    await start();
    expect(offsets).toEqual([0, pieceBytes]);
    expect(progress).toEqual([0, pieceBytes, pieceBytes + 5]);
    expect(Buffer.from(kept()).equals(Buffer.from(await whole(file)))).toBe(true);
  });

  it('goes on where the console is', async () => {
    const { start, offsets } = bench(100, 40);
    await start();
    expect(offsets).toEqual([40]);
  });

  it('asks again after each break, and goes on from there', async () => {
    const { start, instead, offsets, pauses, keep, file } = bench(100);
    const half = (await whole(file)).slice(0, 50);
    instead.push(
      () => Promise.reject(new TypeError('Failed to fetch')),
      () => Promise.resolve(new Response('<html>Bad gateway</html>', { status: 502 })),
      () => {
        keep(half);
        return Promise.resolve(answer(409, { code: 'image.upload-moved', public: 'moved' }));
      },
    );
    await start();
    expect(offsets).toEqual([0, 0, 0, 50]);
    expect(pauses).toEqual([1000, 2000, 4000]);
  });

  it('gives up after seven breaks in a row', async () => {
    const { start, instead, pauses } = bench(100);
    instead.push(...Array.from({ length: 20 }, () => () => Promise.reject(new TypeError('Failed to fetch'))));
    await expect(start()).rejects.toThrow('no answer');
    expect(pauses).toHaveLength(7);
  });

  it('stops at once where the console does not take it, with its reason', async () => {
    const { start, instead, pauses } = bench(100);
    instead.push(() =>
      Promise.resolve(answer(412, { code: 'image.wrong-checksum', public: 'It has another checksum.' })),
    );
    await expect(start()).rejects.toThrow(new UploadRefused('It has another checksum.'));
    expect(pauses).toEqual([]);
  });

  it('sends nothing of a file that differs in what the console has already', async () => {
    const { start, offsets, file } = bench(100, 40);
    const other = await whole(file);
    other[39] = 0;
    await expect(start({ file: new Blob([other]) })).rejects.toMatchObject({ differs: 'content' });
    expect(offsets).toEqual([]);
  });

  it('sends nothing of a file of another size', async () => {
    const { start, offsets } = bench(100);
    await expect(start({ file: new Blob(['other']) })).rejects.toMatchObject({ differs: 'size' });
    expect(offsets).toEqual([]);
  });

  it('stops at its signal', async () => {
    const { start, controller, instead, offsets } = bench(100);
    instead.push(() => {
      controller.abort(new Error('enough'));
      return Promise.reject(new TypeError('aborted'));
    });
    await expect(start()).rejects.toThrow('enough');
    expect(offsets).toEqual([0]);
  });
});
