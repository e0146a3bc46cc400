import { mkdir, readdir, writeFile } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { FieldWidget } from '@/lib/field-meta';
import type { Driver } from '@/server/drivers/driver';
import { allDrivers } from '@/server/drivers/registry';
import { widgetOptions } from '@/server/drivers/widget-options';
import { imageFile, imageFolder, partFile } from '@/server/operations/images/image-file';
import { seedImage } from '@/server/operations/images/images.test-support';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let admin: TestMember;
let member: TestMember;
let viewer: TestMember;
let stranger: TestMember;
let team: string;

const kind = { system: 'debian', format: 'qcow2', architecture: 'amd64' } as const;
const url = 'https://mirror.example.test/disk.qcow2';
const nobody = '00000000-0000-0000-0000-000000000000';

beforeAll(async () => {
  console_ = await createTestConsole();
  ({ team, admin, member, viewer, stranger } = await console_.seedCrew('admin', 'member', 'viewer', 'stranger'));
});
afterAll(() => console_.close());

const prisma = () => console_.runtime.database.prisma;

const seedHost = async (name: string, address = '192.0.2.1', hostKey = name) =>
  prisma().hypervisorHost.create({
    data: {
      teamId: admin.team.id,
      name,
      kind: 'ssh',
      address,
      sshUser: 'root',
      hostKeys: [{ type: 'ssh-ed25519', key: hostKey, fingerprint: `SHA256:${hostKey}` }],
    },
    select: { id: true, name: true },
  });

const seedCopy = (imageId: string, hypervisorHostId: string, path = '/srv/x.qcow2') =>
  prisma().imageCopy.create({
    data: { teamId: admin.team.id, imageId, hypervisorHostId, path, sha256: 'ab'.repeat(32), sizeBytes: 1 },
    select: { id: true },
  });

const optionOf = (driver: Driver, widget: FieldWidget) =>
  widgetOptions(driver).find((option) => option.widget === widget)?.name;

const lastAudit = () =>
  prisma().auditEvent.findFirst({
    where: { teamId: admin.team.id },
    orderBy: { seq: 'desc' },
    select: { action: true, targetName: true, actorName: true },
  });

const list = () => admin.call.images.list({ team });
const find = async (id: string) => (await list()).find((image) => image.id === id);

describe('images.add', () => {
  it('ok: writes the image and its audit event, and starts the job that fetches it', async () => {
    const { id, jobId } = await admin.call.images.add({ team, name: 'Debian', ...kind, url });
    expect(await find(id)).toMatchObject({
      name: 'Debian',
      url,
      state: 'waiting',
      checksumGiven: false,
      sha256: null,
      createdBy: admin.user.name,
      job: { id: jobId, state: 'queued' },
      copies: [],
      machines: [],
    });
    expect(await lastAudit()).toEqual({ action: 'image.added', targetName: 'Debian', actorName: admin.user.name });
    expect(console_.queue.deliveries.at(-1)).toEqual({ jobId, key: jobId });
    const job = await prisma().job.findUniqueOrThrow({
      where: { id: jobId },
      include: { steps: { orderBy: { index: 'asc' } } },
    });
    expect(job.steps.map(({ name }) => name)).toEqual(['fetch-image', 'check-image']);
  });

  it("ok: a checksum is kept in lower case; without one the publisher's is looked for first", async () => {
    const given = await admin.call.images.add({
      team,
      name: 'Given',
      ...kind,
      url,
      sha256: ` ${'AB'.repeat(32)} `,
      checksumUrl: url,
    });
    expect(await find(given.id)).toMatchObject({ sha256: 'ab'.repeat(32), checksumGiven: true });
    const asked = await admin.call.images.add({ team, name: 'Asked', ...kind, url, checksumUrl: `${url}.CHECKSUM` });
    const jobs = await prisma().job.findMany({
      where: { id: { in: [given.jobId, asked.jobId] } },
      orderBy: { createdAt: 'asc' },
      select: { payload: true },
    });
    expect(jobs.map(({ payload }) => payload)).toEqual([
      { imageId: given.id },
      { imageId: asked.id, checksumUrl: `${url}.CHECKSUM` },
    ]);
  });

  it('invalid-input: each field says what it needs', async () => {
    const bad = {
      team,
      name: ' ',
      ...kind,
      url: 'file:///etc/passwd',
      sha256: 'abc',
      checksumUrl: 'https://ada:pw@x/y',
    };
    const { fieldErrors } = await rejection(admin.call.images.add(bad));
    expect(Object.keys(fieldErrors).toSorted()).toEqual(['checksumUrl', 'name', 'sha256', 'url']);
    expect(fieldErrors['checksumUrl']).toMatch(/user name/);
  });

  it('conflict: a name that the library has', async () => {
    await seedImage(console_, admin.team, { name: 'Taken' });
    const refused = await rejection(admin.call.images.add({ team, name: 'Taken', ...kind, url }));
    expect(refused).toMatchObject({
      code: 'image.name-taken',
      fieldErrors: { name: expect.stringContaining('Taken') as string },
    });
    const upload = { team, name: 'Taken', ...kind, sizeBytes: 1 };
    expect(await rejection(admin.call.images.beginUpload(upload))).toMatchObject({ code: 'image.name-taken' });
  });

  it('precondition: an upload that cannot fit is refused before anything is written', async () => {
    const before = (await list()).length;
    const huge = { team, name: 'Huge', ...kind, sizeBytes: 64 * 1024 ** 3 };
    const refused = await rejection(admin.call.images.beginUpload(huge)).catch(() => null);
    // A machine that has so much room takes it.
    if (refused === null) return;
    expect(refused.code).toBe('provision.disk-full');
    expect((await list()).length).toBe(before);
  });
});

describe('images.list', () => {
  it('ok: a member sees them by name, with copies and what was made from them', async () => {
    const { id } = await seedImage(console_, admin.team, { name: 'Copied' });
    const host = await seedHost('hyper-1');
    await seedCopy(id, host.id);
    const images = await member.call.images.list({ team });
    expect(images.map(({ name }) => name)).toEqual(images.map(({ name }) => name).toSorted());
    expect(images.find((image) => image.id === id)?.copies).toMatchObject([
      { hypervisorHostId: host.id, hypervisor: 'hyper-1' },
    ]);
  });

  it('forbidden: a viewer', async () => {
    expect(await rejection(viewer.call.images.list({ team }))).toMatchObject({ code: 'auth.forbidden' });
  });

  it("not-found: another team's library, of which nothing is seen", async () => {
    expect(await rejection(stranger.call.images.list({ team }))).toMatchObject({ code: 'team.not-found' });
    expect(await stranger.call.images.list({ team: stranger.team.slug })).toEqual([]);
  });
});

describe('images.catalogue', () => {
  it('ok: says which drivers make machines from an image', async () => {
    const catalogue = await member.call.images.catalogue({ team });
    const driversOf = (start: string) => catalogue.find(({ name }) => name.startsWith(start))?.drivers;
    expect(driversOf('Debian 13')).toEqual(['KVM']);
    expect(driversOf('boot2docker')?.toSorted()).toEqual(['KVM', 'VirtualBox']);
    expect(driversOf('Flatcar')).toEqual([]);
  });

  it('forbidden: a viewer', async () => {
    expect(await rejection(viewer.call.images.catalogue({ team }))).toMatchObject({ code: 'auth.forbidden' });
  });
});

describe('images.remove', () => {
  it('ok: takes away row and bytes, and starts a job for the copies', async () => {
    const { id } = await seedImage(console_, admin.team, { name: 'Old' });
    const host = await seedHost('hyper-2');
    await seedCopy(id, host.id, '/srv/old.qcow2');
    const { env } = console_.runtime;
    await mkdir(imageFolder(env), { recursive: true });
    await Promise.all([writeFile(imageFile(env, id), 'x'), writeFile(partFile(env, id), 'x')]);
    const { jobId } = await admin.call.images.remove({ team, id });
    expect(await find(id)).toBeUndefined();
    expect((await readdir(imageFolder(env))).filter((name) => name.startsWith(id))).toEqual([]);
    expect(await lastAudit()).toMatchObject({ action: 'image.removed', targetName: 'Old' });
    const job = await prisma().job.findUniqueOrThrow({ where: { id: jobId ?? '' } });
    expect(job).toMatchObject({
      kind: 'image.remove-copies',
      payload: { copies: [{ hypervisorHostId: host.id, path: '/srv/old.qcow2' }] },
    });
  });

  it('ok: cancels the job that fetches it, and needs no other where there is no copy', async () => {
    const { id, jobId } = await admin.call.images.add({ team, name: 'Unwanted', ...kind, url });
    expect(await admin.call.images.remove({ team, id })).toEqual({ jobId: null });
    expect(await prisma().job.findUniqueOrThrow({ where: { id: jobId } })).toMatchObject({ state: 'cancelled' });
  });

  it('conflict: a machine was made from it, or one that is to be taken back; the copy beside it as well', async () => {
    const { id } = await seedImage(console_, admin.team, { name: 'Needed' });
    const [host, idle] = [await seedHost('hyper-5'), await seedHost('hyper-6', '192.0.2.6')];
    await Promise.all([seedCopy(id, host.id), seedCopy(id, idle.id)]);
    const driver = allDrivers.find((one) => optionOf(one.driver, 'image') && optionOf(one.driver, 'hypervisor'));
    expect(driver).toBeDefined();
    if (!driver) return;
    const options = {
      [optionOf(driver.driver, 'image') ?? '']: id,
      [optionOf(driver.driver, 'hypervisor') ?? '']: host.id,
    };
    await prisma().machine.create({
      data: { teamId: admin.team.id, name: 'edge-1', driver: driver.id, options, engineSettings: {} },
      select: { id: true },
    });
    expect((await find(id))?.machines).toEqual(['edge-1']);
    const refused = await rejection(admin.call.images.remove({ team, id }));
    expect(refused.code).toBe('image.in-use');
    const copy = (hypervisorHostId: string) => admin.call.images.removeCopy({ team, id, hypervisorHostId });
    expect(await rejection(copy(host.id))).toMatchObject({ code: 'image.in-use' });
    await expect(copy(idle.id)).resolves.toHaveProperty('jobId');
    expect((await find(id))?.copies.map(({ hypervisor }) => hypervisor)).toEqual(['hyper-5']);
  });

  it('conflict: a machine reads from the copy by way of another registration of the same host', async () => {
    const { id } = await seedImage(console_, admin.team, { name: 'Shared by names' });
    const byAddress = await seedHost('by address', '192.0.2.20', 'one key');
    const byName = await seedHost('by name', 'rack.example.test', 'one key');
    const another = await seedHost('another', '192.0.2.21');
    await Promise.all([byAddress, byName, another].map((host) => seedCopy(id, host.id)));
    const driver = allDrivers.find((one) => optionOf(one.driver, 'image') && optionOf(one.driver, 'hypervisor'));
    if (!driver) throw new Error('no driver makes machines from images');
    const machine = await prisma().machine.create({
      data: {
        teamId: admin.team.id,
        name: 'by-name-1',
        driver: driver.id,
        options: {
          [optionOf(driver.driver, 'image') ?? '']: id,
          [optionOf(driver.driver, 'hypervisor') ?? '']: byName.id,
        },
        engineSettings: {},
      },
      select: { id: true },
    });
    const copy = (hypervisorHostId: string) => admin.call.images.removeCopy({ team, id, hypervisorHostId });
    expect(await rejection(copy(byAddress.id))).toMatchObject({ code: 'image.in-use' });
    await expect(copy(another.id)).resolves.toHaveProperty('jobId');
    await prisma().machine.delete({ where: { id: machine.id }, select: { id: true } });
    await expect(copy(byAddress.id)).resolves.toHaveProperty('jobId');
  });

  describe('of a machine whose creation failed', () => {
    const seedFailed = async (name: string) => {
      const image = await seedImage(console_, admin.team, { name });
      const host = await seedHost(`host of ${name}`);
      await seedCopy(image.id, host.id);
      const driver = allDrivers.find(
        (one) => optionOf(one.driver, 'image') && optionOf(one.driver, 'hypervisor') && one.driver.account,
      );
      if (!driver) throw new Error('no driver makes machines from images and keeps a ledger');
      const options = {
        [optionOf(driver.driver, 'image') ?? '']: image.id,
        [optionOf(driver.driver, 'hypervisor') ?? '']: host.id,
      };
      const machineName = name.toLowerCase();
      const machine = await prisma().machine.create({
        data: {
          teamId: admin.team.id,
          name: machineName,
          driver: driver.id,
          options,
          engineSettings: {},
          state: 'failed',
        },
        select: { id: true },
      });
      const seedDisk = (over: { goneAt?: Date; forgottenAt?: Date } = {}) =>
        prisma().resource.create({
          data: {
            teamId: admin.team.id,
            machineId: machine.id,
            machineName,
            driver: driver.id,
            kind: 'disk',
            name: 'its disk',
            ...over,
          },
          select: { id: true },
        });
      const removeCopy = () => admin.call.images.removeCopy({ team, id: image.id, hypervisorHostId: host.id });
      return {
        id: image.id,
        machine,
        seedDisk,
        removeCopy,
        remove: () => admin.call.images.remove({ team, id: image.id }),
      };
    };

    it('ok: nothing of it was made, or all of that is gone or given up; image and copy go', async () => {
      const { id, seedDisk, remove, removeCopy } = await seedFailed('Unmade');
      const at = console_.clock.now();
      await Promise.all([seedDisk({ goneAt: at }), seedDisk({ forgottenAt: at })]);
      expect((await find(id))?.machines).toEqual([]);
      await expect(removeCopy()).resolves.toHaveProperty('jobId');
      await expect(remove()).resolves.toEqual({ jobId: null });
      expect(await find(id)).toBeUndefined();
    });

    it('conflict: a disk may exist, or the creation is being tried again', async () => {
      const { id, machine, seedDisk, remove, removeCopy } = await seedFailed('Half');
      const inUse = async () => {
        expect((await find(id))?.machines).toEqual(['half']);
        expect(await rejection(remove())).toMatchObject({ code: 'image.in-use' });
        expect(await rejection(removeCopy())).toMatchObject({ code: 'image.in-use' });
      };
      const disk = await seedDisk();
      await inUse();
      await prisma().resource.update({ where: { id: disk.id }, data: { goneAt: console_.clock.now() } });
      await prisma().machine.update({ where: { id: machine.id }, data: { state: 'creating' } });
      await inUse();
    });
  });

  it('forbidden: a member', async () => {
    const { id } = await seedImage(console_, admin.team, { name: 'Kept' });
    const calls: readonly Promise<unknown>[] = [
      member.call.images.remove({ team, id }),
      member.call.images.add({ team, name: 'Mine', ...kind, url }),
      member.call.images.beginUpload({ team, name: 'Mine', ...kind, sizeBytes: 1 }),
      member.call.images.place({ team, id, hypervisorHostId: nobody }),
      member.call.images.removeCopy({ team, id, hypervisorHostId: nobody }),
      member.call.images.upload({ team, id }),
    ];
    for (const refused of await Promise.all(calls.map(rejection))) {
      expect(refused).toMatchObject({ code: 'auth.forbidden' });
    }
    const { jobId } = await admin.call.images.add({ team, name: 'Fetched by an admin', ...kind, url });
    expect(await rejection(member.call.jobs.cancel({ team, job: jobId }))).toMatchObject({ code: 'auth.forbidden' });
  });

  it("not-found: another team's image, and one that is not there", async () => {
    const { id } = await seedImage(console_, admin.team, { name: 'Ours' });
    const theirs = { team: stranger.team.slug, id };
    const calls: readonly Promise<unknown>[] = [
      stranger.call.images.remove(theirs),
      stranger.call.images.upload(theirs),
      stranger.call.images.place({ ...theirs, hypervisorHostId: nobody }),
      stranger.call.images.removeCopy({ ...theirs, hypervisorHostId: nobody }),
      admin.call.images.remove({ team, id: nobody }),
    ];
    for (const refused of await Promise.all(calls.map(rejection))) {
      expect(refused).toMatchObject({ code: 'image.not-found' });
    }
    expect(await find(id)).toBeDefined();
  });
});

describe('images.place and images.removeCopy', () => {
  it('ok: each starts its job', async () => {
    const { id } = await seedImage(console_, admin.team, { name: 'Placed' });
    const host = await seedHost('hyper-3');
    const placing = await admin.call.images.place({ team, id, hypervisorHostId: host.id });
    expect(await prisma().job.findUniqueOrThrow({ where: { id: placing.jobId } })).toMatchObject({
      kind: 'image.place',
      subject: 'Placed',
      payload: { imageId: id, hypervisorHostId: host.id },
    });
    await seedCopy(id, host.id);
    const removing = await admin.call.images.removeCopy({ team, id, hypervisorHostId: host.id });
    expect(await prisma().job.findUniqueOrThrow({ where: { id: removing.jobId } })).toMatchObject({
      kind: 'image.remove-copies',
    });
    expect((await find(id))?.copies).toEqual([]);
    expect(await lastAudit()).toMatchObject({ action: 'image.copy-removed', targetName: 'Placed' });
  });

  it('precondition: an image that has not arrived; not-found: a host or a copy that is not there', async () => {
    const late = await seedImage(console_, admin.team, { name: 'Late', state: 'fetching' });
    const ready = await seedImage(console_, admin.team, { name: 'Ready' });
    const host = await seedHost('hyper-4');
    const place = (id: string, hypervisorHostId: string) =>
      rejection(admin.call.images.place({ team, id, hypervisorHostId }));
    expect(await place(late.id, host.id)).toMatchObject({ code: 'image.not-ready' });
    expect(await place(ready.id, nobody)).toMatchObject({ code: 'hypervisor.not-found' });
    const gone = admin.call.images.removeCopy({ team, id: ready.id, hypervisorHostId: host.id });
    expect(await rejection(gone)).toMatchObject({ code: 'image.not-found' });
  });
});
