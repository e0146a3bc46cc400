import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { AppError } from '@/server/errors/app-error';
import { Hypervisors } from '@/server/hypervisors/hypervisors';
import { localRunner } from '@/server/hypervisors/local-runner';
import { diskBytes, sha256Of } from '@/server/images/file-server.test-support';
import { jobKinds } from '@/server/jobs/list';
import { runJob } from '@/server/jobs/run-job';
import { imageFile, imageFolder } from '@/server/operations/images/image-file';
import { seedImage } from '@/server/operations/images/images.test-support';
import { dial } from '@/server/ssh/dial';

import { createTestConsole, type TestConsole, type TestMember } from '../../../../test/support/test-console';

const bytes = diskBytes(100_000);

let console_: TestConsole;
let admin: TestMember;
let team: string;
let folder: string;
let isAway = false;

/** Every host is a folder of this machine, or does not answer. */
class FolderHosts extends Hypervisors {
  override open({ id }: { readonly id: string }) {
    if (!isAway) return Promise.resolve({ ...localRunner, id, name: 'rack-1', isLocal: true, folder, dial });
    return Promise.reject(new AppError({ code: 'driver.unreachable', public: 'It does not answer.' }));
  }
}

beforeAll(async () => {
  console_ = await createTestConsole();
  admin = await console_.seedMember(await console_.seedTeam(), 'admin');
  team = admin.team.slug;
});
afterAll(() => console_.close());
beforeEach(async () => {
  isAway = false;
  folder = await mkdtemp(join(tmpdir(), 'quaymaster-rack-'));
});
afterEach(() => rm(folder, { recursive: true }));

const prisma = () => console_.runtime.database.prisma;

const run = async (jobId: string) => {
  const hypervisors = new FolderHosts(() => Promise.reject(new Error('no host is loaded')));
  const runtime = { ...console_.runtime, hypervisors };
  await runJob(runtime, jobId, { kinds: jobKinds, stopping: new AbortController().signal });
  return prisma().job.findUniqueOrThrow({ where: { id: jobId } });
};

const prepare = async () => {
  const name = folder.slice(-6);
  const sizes = { sha256: sha256Of(bytes), sizeBytes: bytes.length, receivedBytes: bytes.length };
  const { id } = await seedImage(console_, admin.team, { name, ...sizes });
  await mkdir(imageFolder(console_.runtime.env), { recursive: true });
  await writeFile(imageFile(console_.runtime.env, id), bytes);
  const { id: hypervisorHostId } = await prisma().hypervisorHost.create({
    data: { teamId: admin.team.id, name, kind: 'local' },
    select: { id: true },
  });
  return { id, hypervisorHostId };
};

const files = () => readdir(join(folder, 'images', admin.team.id));

describe('image.place and image.remove-copies', () => {
  it('copies an image to a host, and removes the copy alone', async () => {
    const { id, hypervisorHostId } = await prepare();
    const placing = await admin.call.images.place({ team, id, hypervisorHostId });
    expect(await run(placing.jobId)).toMatchObject({ state: 'succeeded' });
    expect(await files()).toEqual([`${sha256Of(bytes)}.qcow2`]);
    const removing = await admin.call.images.removeCopy({ team, id, hypervisorHostId });
    expect(await run(removing.jobId)).toMatchObject({ state: 'succeeded' });
    expect(await files()).toEqual([]);
    expect((await admin.call.images.list({ team })).find((image) => image.id === id)?.copies).toEqual([]);
  });

  it('removes the copies of an image that is removed, once their host answers', async () => {
    const { id, hypervisorHostId } = await prepare();
    await run((await admin.call.images.place({ team, id, hypervisorHostId })).jobId);
    const { jobId } = await admin.call.images.remove({ team, id });
    isAway = true;
    expect(await run(jobId ?? '')).toMatchObject({
      state: 'failed',
      error: { code: 'driver.unreachable', public: expect.stringContaining('It does not answer.') as string },
    });
    expect(await files()).toHaveLength(1);
    isAway = false;
    await admin.call.jobs.retry({ team, job: jobId ?? '' });
    expect(await run(jobId ?? '')).toMatchObject({ state: 'succeeded' });
    expect(await files()).toEqual([]);
  });

  it('fails with the reason where the host does not answer', async () => {
    const { id, hypervisorHostId } = await prepare();
    isAway = true;
    const { jobId } = await admin.call.images.place({ team, id, hypervisorHostId });
    expect(await run(jobId)).toMatchObject({ state: 'failed', error: { code: 'driver.unreachable' } });
    const image = (await admin.call.images.list({ team })).find((one) => one.id === id);
    expect(image).toMatchObject({ state: 'ready', copies: [] });
  });
});
