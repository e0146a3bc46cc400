import { readdir, readFile, rm } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { leapingClock } from '@/server/clock/leaping-clock.test-support';
import { diskBytes, type FileServer, serveFile, sha256Of } from '@/server/images/file-server.test-support';
import { HandedOver } from '@/server/jobs/interruption';
import { jobKinds } from '@/server/jobs/list';
import { runJob } from '@/server/jobs/run-job';
import { imageFile, imageFolder, partFile, sizeOfFile } from '@/server/operations/images/image-file';

import { createTestConsole, type TestConsole, type TestMember } from '../../../../test/support/test-console';

const bytes = diskBytes(2 * 1024 * 1024);

let console_: TestConsole;
let admin: TestMember;
let server: FileServer;
let team: string;
let count = 0;

beforeAll(async () => {
  console_ = await createTestConsole({ clock: leapingClock() });
  admin = await console_.seedMember(await console_.seedTeam(), 'admin');
  team = admin.team.slug;
});
afterAll(() => console_.close());
beforeEach(async () => {
  server = await serveFile(bytes);
});
afterEach(() => server.close());

const prisma = () => console_.runtime.database.prisma;

const add = (more: { url?: string; sha256?: string; checksumUrl?: string } = {}) => {
  count += 1;
  const kind = { system: 'debian', format: 'qcow2', architecture: 'amd64' } as const;
  return admin.call.images.add({ team, name: `Image ${count}`, ...kind, url: server.url, ...more });
};

const run = async (jobId: string, stopping = new AbortController().signal) => {
  await runJob(console_.runtime, jobId, { kinds: jobKinds, stopping });
  const job = await prisma().job.findUniqueOrThrow({
    where: { id: jobId },
    include: { steps: { orderBy: { index: 'asc' } }, logs: { orderBy: { seq: 'asc' } } },
  });
  return { ...job, says: job.logs.map(({ text }) => text).join('\n') };
};

const find = async (id: string) => (await admin.call.images.list({ team })).find((image) => image.id === id);

/** Until so much of it is written. */
const untilThere = async (id: string, size: number): Promise<void> => {
  const part = partFile(console_.runtime.env, id);
  while (((await sizeOfFile(part)) ?? 0) < size) await setImmediate();
};

describe('image.fetch', () => {
  it('fetches, checks and keeps the image; its log tells how far it is', async () => {
    const { id, jobId } = await add({ sha256: sha256Of(bytes) });
    const job = await run(jobId);
    expect(job.state).toBe('succeeded');
    expect(job.says).toContain('It has 2 MiB.');
    expect(job.says).toContain(`The checksum is right: SHA-256 ${sha256Of(bytes)}.`);
    expect(await find(id)).toMatchObject({
      state: 'ready',
      sizeBytes: bytes.length,
      receivedBytes: bytes.length,
      sha256: sha256Of(bytes),
      checksumGiven: true,
      job: null,
    });
    expect((await readFile(imageFile(console_.runtime.env, id))).equals(bytes)).toBe(true);
    const event = await prisma().auditEvent.findFirst({
      where: { teamId: admin.team.id, targetId: id, action: 'image.received' },
    });
    expect(event).toMatchObject({ actorName: admin.user.name, after: { checksumGiven: true } });
  });

  it('says so where nobody has given a checksum', async () => {
    const { id, jobId } = await add();
    expect((await run(jobId)).says).toContain('Nobody has said what it has to be.');
    expect(await find(id)).toMatchObject({ state: 'ready', checksumGiven: false, sha256: sha256Of(bytes) });
  });

  it.each([
    ['right', () => sha256Of(bytes), 'succeeded'],
    ['wrong', () => sha256Of(Buffer.from('else')), 'failed'],
  ])("holds it to its publisher's checksum that is %s", async (_name, sum, state) => {
    server.served.instead = [(_request, response) => response.end(`${sum()}  disk.qcow2\n`)];
    const { id, jobId } = await add({ checksumUrl: `${server.origin}/SHA256SUMS` });
    expect((await run(jobId)).state).toBe(state);
    expect(await find(id)).toMatchObject(state === 'failed' ? { state } : { state: 'ready', checksumGiven: true });
  });

  it('fails where the publisher names no checksum of the file', async () => {
    server.served.instead = [(_request, response) => response.end('<html>Not here</html>')];
    const { id, jobId } = await add({ checksumUrl: `${server.origin}/SHA256SUMS` });
    expect((await run(jobId)).error).toMatchObject({ code: 'image.fetch-failed', step: 0 });
    expect((await find(id))?.failure).toMatch(/names no SHA-256 or SHA-512 of disk\.qcow2/);
  });

  it('keeps nothing of what has a wrong checksum; a retry fetches it anew', async () => {
    const { id, jobId } = await add({ sha256: 'ab'.repeat(32) });
    const job = await run(jobId);
    expect(job.error).toMatchObject({ code: 'image.wrong-checksum', step: 1 });
    expect(await find(id)).toMatchObject({
      state: 'failed',
      failure: expect.stringContaining(sha256Of(bytes)) as string,
      job: { id: jobId, state: 'failed' },
    });
    expect((await readdir(imageFolder(console_.runtime.env))).filter((name) => name.startsWith(id))).toEqual([]);
    server.asked.length = 0;
    await admin.call.jobs.retry({ team, job: jobId });
    expect((await run(jobId)).error).toMatchObject({ code: 'image.wrong-checksum' });
    expect(server.asked).toHaveLength(1);
  });

  it('asks its publisher again at a retry, where the file was renewed after its checksum was read', async () => {
    server.served.instead = [(_request, response) => response.end(`${sha256Of(Buffer.from('older'))}  disk.qcow2\n`)];
    const { id, jobId } = await add({ checksumUrl: `${server.origin}/SHA256SUMS` });
    const job = await run(jobId);
    expect(job.error).toMatchObject({ code: 'image.wrong-checksum', step: 2 });
    expect((await find(id))?.failure).toMatch(/Try again: the publisher may have renewed it/);
    server.served.instead = [(_request, response) => response.end(`${sha256Of(bytes)}  disk.qcow2\n`)];
    await admin.call.jobs.retry({ team, job: jobId });
    expect((await run(jobId)).state).toBe('succeeded');
    expect(await find(id)).toMatchObject({ state: 'ready', checksumGiven: true, sha256: sha256Of(bytes) });
  });

  it('keeps nothing of a page that came instead', async () => {
    server.served.bytes = Buffer.from('<!doctype html><title>Sign in</title>');
    const { id, jobId } = await add();
    expect((await run(jobId)).error).toMatchObject({ code: 'image.wrong-format' });
    expect((await find(id))?.failure).toMatch(/a page and no image/);
  });

  it('goes on where it was when the console stops, and after a retry', async () => {
    const { id, jobId } = await add({ sha256: sha256Of(bytes) });
    const stopping = new AbortController();
    server.served.instead = [
      (_request, response) => {
        response.writeHead(200, { 'content-length': bytes.length, etag: '"one"' });
        response.write(bytes.subarray(0, 1_000_000));
        void untilThere(id, 1_000_000).then(() => stopping.abort(new HandedOver()));
      },
    ];
    await expect(run(jobId, stopping.signal)).rejects.toThrow(HandedOver);
    expect(await find(id)).toMatchObject({ state: 'fetching', failure: null });
    await prisma().job.updateMany({ where: { id: jobId }, data: { state: 'queued' } });
    const job = await run(jobId);
    expect(job.state).toBe('succeeded');
    expect(server.asked.at(-1)).toMatchObject({ range: 'bytes=1000000-', ifRange: '"one"' });
    expect(job.says).toContain('Going on after 977 KiB.');
    expect(await find(id)).toMatchObject({ state: 'ready', sha256: sha256Of(bytes) });
  });

  it('a worker that has not the bytes fetches them again before it checks', async () => {
    const { jobId } = await add({ sha256: sha256Of(bytes) });
    await run(jobId);
    const again = await add({ sha256: sha256Of(bytes) });
    server.served.instead = [(_request, response) => response.writeHead(404).end()];
    await run(again.jobId);
    await prisma().jobStep.updateMany({ where: { jobId: again.jobId, index: 0 }, data: { state: 'succeeded' } });
    await rm(`${imageFile(console_.runtime.env, again.id)}.part`, { force: true });
    await admin.call.jobs.retry({ team, job: again.jobId });
    expect((await run(again.jobId)).state).toBe('succeeded');
    expect(await find(again.id)).toMatchObject({ state: 'ready' });
  });

  it('a cancelled one says so, and goes on by a retry', async () => {
    const { id, jobId } = await add();
    await admin.call.jobs.cancel({ team, job: jobId });
    expect(await find(id)).toMatchObject({ state: 'failed', failure: expect.stringMatching(/^Cancelled/) as string });
    await admin.call.jobs.retry({ team, job: jobId });
    expect((await run(jobId)).state).toBe('succeeded');
    expect(await find(id)).toMatchObject({ state: 'ready', failure: null });
  });

  it('ends quietly where the image was removed before it began', async () => {
    const { id, jobId } = await add();
    await prisma().image.deleteMany({ where: { id } });
    expect(await run(jobId)).toMatchObject({
      state: 'succeeded',
      says: expect.stringContaining('not in the library') as string,
    });
    expect(server.asked).toEqual([]);
  });
});
