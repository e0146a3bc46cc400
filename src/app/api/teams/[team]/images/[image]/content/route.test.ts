import { readFile } from 'node:fs/promises';

import { encode } from 'next-auth/jwt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { pieceBytes } from '@/lib/image';
import { sessionTokenSecret } from '@/server/auth/session-cookie';
import { diskBytes, sha256Of } from '@/server/images/file-server.test-support';
import { imageFile } from '@/server/operations/images/image-file';
import { setRuntime } from '@/server/runtime';

import { openSession } from '../../../../../../../../test/support/sign-up';
import {
  createTestConsole,
  type TestConsole,
  type TestMember,
} from '../../../../../../../../test/support/test-console';
import { PATCH } from './route';

const bytes = diskBytes(100_000);

let console_: TestConsole;
let admin: TestMember;
let member: TestMember;
let stranger: TestMember;
let team: string;

beforeAll(async () => {
  console_ = await createTestConsole();
  setRuntime(console_.runtime);
  ({ team, admin, member } = await console_.seedCrew('admin', 'member'));
  stranger = await console_.seedMember(await console_.seedTeam());
});
afterAll(async () => {
  setRuntime(undefined);
  await console_.close();
});

const cookieOf = async (who: TestMember) => {
  const { id } = await openSession(console_, who);
  return `next-auth.session-token=${await encode({ token: { sid: id }, secret: sessionTokenSecret(console_.runtime) })}`;
};

const begin = async (name: string, more: { sizeBytes?: number; sha256?: string; format?: 'raw' } = {}) => {
  const kind = { system: 'debian', format: 'qcow2', architecture: 'amd64' } as const;
  const made = await admin.call.images.beginUpload({ team, name, ...kind, sizeBytes: bytes.length, ...more });
  return made.id;
};

interface Sending {
  readonly id: string;
  readonly offset: number | string;
  readonly body: BodyInit | null;
  readonly who?: TestMember;
  readonly origin?: string;
  readonly signal?: AbortSignal;
}

const send = async ({ id, offset, body, who = admin, origin, signal }: Sending) => {
  const headers = {
    cookie: await cookieOf(who),
    'upload-offset': String(offset),
    host: 'console.example.test',
    ...(origin && { origin }),
  };
  // Node wants to be told that a stream is only sent.
  const request = new Request('http://console.example.test/x', {
    method: 'PATCH',
    headers,
    body,
    ...(signal && { signal }),
    duplex: 'half',
  } as RequestInit);
  const response = await PATCH(request, { params: Promise.resolve({ team, image: id }) });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
};

const stateOf = async (id: string) => (await admin.call.images.list({ team })).find((image) => image.id === id);

describe('uploading an image', () => {
  it('ok: takes pieces one behind the other, checks the whole and makes it ready', async () => {
    const id = await begin('Debian', { sha256: sha256Of(bytes) });
    expect(await stateOf(id)).toMatchObject({ state: 'waiting', receivedBytes: 0, checksumGiven: true });
    expect(await send({ id, offset: 0, body: new Uint8Array(bytes.subarray(0, 60_000)) })).toEqual({
      status: 200,
      json: { offset: 60_000, sizeBytes: 100_000, isReady: false },
    });
    expect(await stateOf(id)).toMatchObject({ state: 'fetching', receivedBytes: 60_000 });
    const tail = bytes.subarray(60_000 - 16_384, 60_000).toString('base64');
    expect(await admin.call.images.upload({ team, id })).toMatchObject({ offset: 60_000, tail });
    const last = await send({ id, offset: 60_000, body: new Uint8Array(bytes.subarray(60_000)) });
    expect(last.json).toEqual({ offset: 100_000, sizeBytes: 100_000, isReady: true });
    expect(await stateOf(id)).toMatchObject({ state: 'ready', sha256: sha256Of(bytes), checksumGiven: true });
    expect((await readFile(imageFile(console_.runtime.env, id))).equals(bytes)).toBe(true);
    const event = await console_.runtime.database.prisma.auditEvent.findFirst({
      where: { teamId: admin.team.id, targetId: id, action: 'image.received' },
    });
    expect(event).toMatchObject({ actorName: admin.user.name, after: { sha256: sha256Of(bytes), sizeBytes: 100_000 } });
  });

  it('ok: goes on behind what arrived of a piece that broke off', async () => {
    const id = await begin('Broken off');
    const pieces = [new Uint8Array(bytes.subarray(0, 30_000))];
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
      const piece = pieces.shift();
      if (piece) controller.enqueue(piece);
      else controller.error(new Error('the browser has gone'));
    };
    // Nothing is made ahead: an error throws away what waits before it.
    const broken = new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 });
    expect((await send({ id, offset: 0, body: broken })).status).toBe(500);
    const { offset } = await admin.call.images.upload({ team, id });
    expect(offset).toBe(30_000);
    const last = await send({ id, offset, body: new Uint8Array(bytes.subarray(offset)) });
    expect(last.json['isReady']).toBe(true);
    expect(await stateOf(id)).toMatchObject({ sha256: sha256Of(bytes), checksumGiven: false });
  });

  it('ok: others see it come while a piece is under way, that it has stopped, and that it goes on', async () => {
    const told: string[] = [];
    const topic = `team:${admin.team.id}` as const;
    const stop = console_.runtime.bus.subscribe(topic, () => told.push(topic));
    const id = await begin('Slow');
    const sending = new TransformStream<Uint8Array, Uint8Array>();
    const writer = sending.writable.getWriter();
    const answer = send({ id, offset: 0, body: sending.readable });
    const sendUpTo = async (from: number, to: number) => {
      await writer.write(new Uint8Array(bytes.subarray(from, to)));
      await expect.poll(async () => (await stateOf(id))?.receivedBytes).toBe(to);
    };
    told.length = 0;
    await sendUpTo(0, 20_000);
    expect(await stateOf(id)).toMatchObject({ state: 'fetching', quietMs: 0 });
    expect(told).toHaveLength(1);
    console_.clock.advance(2000);
    await sendUpTo(20_000, 50_000);
    console_.clock.advance(7000);
    expect(await stateOf(id)).toMatchObject({ state: 'fetching', quietMs: 7000 });
    expect(told).toHaveLength(1);

    await writer.abort(new Error('the browser has gone'));
    expect((await answer).status).toBe(500);
    expect(await stateOf(id)).toMatchObject({ state: 'waiting', receivedBytes: 50_000, quietMs: 7000 });
    expect(told).toHaveLength(2);

    await send({ id, offset: 50_000, body: new Uint8Array(bytes.subarray(50_000, 60_000)) });
    expect(await stateOf(id)).toMatchObject({ state: 'fetching', receivedBytes: 60_000, quietMs: 0 });
    expect(told).toHaveLength(3);
    // Nobody says so where the console itself stopped in the middle: then only the time tells, and it begins again later.
    console_.clock.advance(60_000);
    await send({ id, offset: 60_000, body: new Uint8Array(bytes.subarray(60_000)) });
    expect(told.length).toBeGreaterThanOrEqual(5);
    expect(await stateOf(id)).toMatchObject({ state: 'ready', quietMs: null });
    stop();
  });

  it('ok: checks a whole that had arrived before the console stopped', async () => {
    const id = await begin('Last', { sizeBytes: bytes.length + 1 });
    await send({ id, offset: 0, body: new Uint8Array(bytes) });
    await console_.runtime.database.prisma.image.updateMany({
      where: { id },
      data: { sizeBytes: BigInt(bytes.length) },
    });
    // A browser that leaves while the whole is being checked takes nothing away.
    const signal = AbortSignal.abort();
    expect((await send({ id, offset: bytes.length, body: null, signal })).status).toBe(500);
    expect(await stateOf(id)).toMatchObject({ state: 'waiting', receivedBytes: bytes.length });
    expect((await send({ id, offset: bytes.length, body: null })).json).toMatchObject({ isReady: true });
    expect((await send({ id, offset: bytes.length, body: null })).json).toMatchObject({ isReady: true });
  });

  it('conflict: a piece that does not follow changes nothing', async () => {
    const id = await begin('Gap');
    await send({ id, offset: 0, body: new Uint8Array(bytes.subarray(0, 1000)) });
    for (const offset of [0, 999, 2000]) {
      const { status, json } = await send({ id, offset, body: new Uint8Array(10) });
      expect([status, json['code']]).toEqual([409, 'image.upload-moved']);
    }
    expect(await admin.call.images.upload({ team, id })).toMatchObject({ offset: 1000 });
  });

  it('precondition: deletes what has a wrong checksum or another format, says so, and begins anew', async () => {
    const id = await begin('Forged', { sha256: 'ab'.repeat(32) });
    const { status, json } = await send({ id, offset: 0, body: new Uint8Array(bytes) });
    expect([status, json['code']]).toEqual([412, 'image.wrong-checksum']);
    expect(await stateOf(id)).toMatchObject({
      state: 'failed',
      receivedBytes: 0,
      failure: expect.stringContaining(sha256Of(bytes)) as string,
    });
    expect(await admin.call.images.upload({ team, id })).toMatchObject({ offset: 0, isReady: false });
    await expect(readFile(imageFile(console_.runtime.env, id))).rejects.toThrow('ENOENT');

    const page = new TextEncoder().encode('<!doctype html><title>Sign in</title>');
    const other = await begin('Page', { sizeBytes: page.length, format: 'raw' });
    expect((await send({ id: other, offset: 0, body: page })).json['code']).toBe('image.wrong-format');
  });

  it('too-large: takes neither more than was announced nor more than a piece may have', async () => {
    const small = await begin('Small', { sizeBytes: 10 });
    expect((await send({ id: small, offset: 0, body: new Uint8Array(11) })).status).toBe(413);
    const large = await begin('Large', { sizeBytes: 3 * pieceBytes });
    expect((await send({ id: large, offset: 0, body: new Uint8Array(pieceBytes + 1) })).status).toBe(413);
  });

  it('invalid-input: no offset, and an image that is fetched from an address', async () => {
    const id = await begin('Nowhere');
    for (const offset of ['', '-1', 'x', '1.5']) {
      expect((await send({ id, offset, body: null })).status).toBe(400);
    }
    const fetched = await admin.call.images.add({
      team,
      name: 'By address',
      system: 'debian',
      format: 'qcow2',
      architecture: 'amd64',
      url: 'https://mirror.example.test/x.qcow2',
    });
    expect((await send({ id: fetched.id, offset: 0, body: null })).status).toBe(400);
  });

  it('forbidden: a member, and another site', async () => {
    const id = await begin('Mine');
    expect((await send({ id, offset: 0, body: new Uint8Array(1), who: member })).status).toBe(403);
    const { json } = await send({ id, offset: 0, body: new Uint8Array(1), origin: 'https://evil.example.test' });
    expect(json['code']).toBe('auth.origin-rejected');
    expect(await admin.call.images.upload({ team, id })).toMatchObject({ offset: 0 });
  });

  it('not-found: somebody of another team, and an image that was removed', async () => {
    const id = await begin('Gone');
    expect((await send({ id, offset: 0, body: null, who: stranger })).status).toBe(404);
    await admin.call.images.remove({ team, id });
    expect((await send({ id, offset: 0, body: null })).status).toBe(404);
  });

  it('unauthenticated: nobody has signed in', async () => {
    const request = new Request('http://x/', { method: 'PATCH', headers: { 'upload-offset': '0' } });
    const response = await PATCH(request, { params: Promise.resolve({ team, image: 'x' }) });
    expect(response.status).toBe(401);
  });
});
