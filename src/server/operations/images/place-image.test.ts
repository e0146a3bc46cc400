import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeAll, beforeEach, afterAll, describe, expect, it } from 'vitest';

import type { StepLog } from '@/lib/step-log';
import { leapingClock } from '@/server/clock/leaping-clock.test-support';
import type { Hypervisor } from '@/server/hypervisors/hypervisor';
import { localRunner } from '@/server/hypervisors/local-runner';
import { diskBytes, type FileServer, serveFile, sha256Of } from '@/server/images/file-server.test-support';
import { dial } from '@/server/ssh/dial';
import { sh } from '@/server/ssh/shell';

import { rejection } from '../../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../../test/support/test-console';
import { imageFile, imageFolder } from './image-file';
import { seedImage } from './images.test-support';
import { placeImage } from './place-image';
import { removeFromHypervisor } from './remove-from-hypervisor';

const bytes = diskBytes(20 * 1024 * 1024);
const never = new AbortController().signal;

let console_: TestConsole;
let admin: TestMember;
let folder: string;
let hypervisor: Hypervisor;
let names: string[];

beforeAll(async () => {
  console_ = await createTestConsole({ clock: leapingClock() });
  admin = await console_.seedMember(await console_.seedTeam(), 'admin');
});
afterAll(() => console_.close());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quaymaster-place-'));
  const host = await console_.runtime.database.prisma.hypervisorHost.create({
    data: { teamId: admin.team.id, name: `host ${folder.slice(-6)}`, kind: 'local' },
    select: { id: true, name: true },
  });
  names = [];
  hypervisor = {
    ...localRunner,
    ...host,
    isLocal: true,
    folder,
    dial,
    run: (command, signal) => {
      names.push(command.name);
      return localRunner.run(command, signal);
    },
  };
});
afterEach(() => rm(folder, { recursive: true }));

/** An image whose bytes are in the data folder. */
const keep = async (values: Parameters<typeof seedImage>[2] = {}) => {
  const sizes = { sha256: sha256Of(bytes), sizeBytes: bytes.length, receivedBytes: bytes.length };
  const image = await seedImage(console_, admin.team, { name: `image ${folder}`, ...sizes, ...values });
  await mkdir(imageFolder(console_.runtime.env), { recursive: true });
  await writeFile(imageFile(console_.runtime.env, image.id), bytes);
  return image;
};

const place = async (imageId: string, host = hypervisor) => {
  const says: string[] = [];
  const log: StepLog = { info: (text) => says.push(text), line: () => undefined };
  const { runtime } = console_;
  const placed = await placeImage(runtime, { teamId: admin.team.id, imageId, hypervisor: host, log, signal: never });
  return { placed, says };
};

const copies = (imageId: string) => console_.runtime.database.prisma.imageCopy.findMany({ where: { imageId } });

describe('placeImage', () => {
  it('sends the image once, named after its checksum in a folder of the team, and remembers where it is', async () => {
    const { id, name } = await keep();
    const { placed, says } = await place(id);
    expect(placed).toEqual({
      path: join(folder, 'images', admin.team.id, `${sha256Of(bytes)}.qcow2`),
      system: 'debian',
      format: 'qcow2',
      architecture: 'amd64',
      sizeBytes: bytes.length,
    });
    expect((await readFile(placed.path)).equals(bytes)).toBe(true);
    expect((await stat(placed.path)).mode & 0o777).toBe(0o644);
    expect(says[0]).toBe(`Sending the image ${name} (20 MiB) to ${hypervisor.name}.`);
    // Three pieces go within no time, so only the end of them is worth a line.
    expect(says.slice(1)).toEqual(['20 MiB of 20 MiB sent (100 %).']);
    expect(await copies(id)).toMatchObject([{ hypervisorHostId: hypervisor.id, path: placed.path }]);
    names = [];
    expect((await place(id)).says).toEqual([`The image ${name} is on ${hypervisor.name} already.`]);
    expect(names).toHaveLength(1);
    expect(await copies(id)).toHaveLength(1);
  });

  it('sends it again where the copy is gone or short', async () => {
    const { id } = await keep();
    const { placed } = await place(id);
    await writeFile(placed.path, bytes.subarray(0, 10));
    await place(id);
    expect((await readFile(placed.path)).equals(bytes)).toBe(true);
  });

  it('sends it once for several machines that are made at once', async () => {
    const { id } = await keep();
    const all = await Promise.all([place(id), place(id), place(id)]);
    const said = all.flatMap(({ says }) => says);
    expect(said.filter((text) => text.startsWith('Sending'))).toHaveLength(1);
    expect(said.filter((text) => text.endsWith('waiting for it.')).length).toBeGreaterThanOrEqual(2);
    expect(said.filter((text) => text.endsWith('already.'))).toHaveLength(2);
    expect(await readdir(dirname(all[0]?.placed.path ?? ''))).toHaveLength(1);
  });

  it('refuses before a byte is sent where the disk there has no room, with the numbers', async () => {
    const { id } = await keep({ sizeBytes: 2n ** 50n });
    await expect(place(id)).rejects.toMatchObject({
      code: 'provision.disk-full',
      public: expect.stringMatching(/has [\d.]+ [KMGT]iB free; 1024 TiB|1 PiB are to come/) as string,
    });
    expect(names).toHaveLength(2);
    expect(await copies(id)).toEqual([]);
  });

  it('tells a disk that fills up meanwhile from other failures', async () => {
    const { id } = await keep();
    const full: Hypervisor = {
      ...hypervisor,
      run: (command, signal) =>
        command.name.startsWith('write ')
          ? hypervisor.run({ ...command, script: sh`cat >/dev/full` }, signal)
          : hypervisor.run(command, signal),
    };
    expect(await rejection(place(id, full))).toMatchObject({ code: 'provision.disk-full' });
  });

  it.each([
    ['has not arrived', { state: 'fetching' as const, sha256: null }, 'image.not-ready'],
    ['was uploaded to another process', { sizeBytes: 5n }, 'image.not-ready'],
  ])('refuses an image that %s', async (_name, values, code) => {
    const { id } = await keep(values);
    expect(await rejection(place(id))).toMatchObject({ code });
    const foreign = await seedImage(console_, await console_.seedTeam());
    expect(await rejection(place(foreign.id))).toMatchObject({ code: 'image.not-found' });
  });

  describe('where the bytes are not in the data folder', () => {
    let server: FileServer;
    beforeEach(async () => {
      server = await serveFile(bytes);
    });
    afterEach(() => server.close());

    it('fetches them again from their address', async () => {
      const { id } = await keep({ url: server.url });
      await rm(imageFile(console_.runtime.env, id));
      const { placed, says } = await place(id);
      expect(says.some((text) => text.startsWith('Fetching http://'))).toBe(true);
      expect((await readFile(placed.path)).equals(bytes)).toBe(true);
    });

    it('takes no other bytes from there', async () => {
      server.served.bytes = diskBytes(1024);
      const { id } = await keep({ url: server.url });
      await rm(imageFile(console_.runtime.env, id));
      expect(await rejection(place(id))).toMatchObject({ code: 'image.wrong-checksum' });
      expect(await copies(id)).toEqual([]);
    });
  });
});

describe('removeFromHypervisor', () => {
  it('removes the file, and is content where it is gone', async () => {
    const path = join(folder, 'x.qcow2');
    await writeFile(path, 'x');
    const copy = { teamId: admin.team.id, hypervisorHostId: hypervisor.id, path, signal: never };
    expect(await removeFromHypervisor(console_.runtime, copy)).toBe(`Removed ${path} on ${hypervisor.name}.`);
    await expect(stat(path)).rejects.toThrow('ENOENT');
    expect(await removeFromHypervisor(console_.runtime, copy)).toMatch(/^Removed/);
    const gone = { ...copy, hypervisorHostId: '00000000-0000-0000-0000-000000000000' };
    expect(await removeFromHypervisor(console_.runtime, gone)).toMatch(/not registered any more/);
  });

  it('leaves the file where another image has the same bytes', async () => {
    const { id } = await keep();
    const { placed } = await place(id);
    const copy = { teamId: admin.team.id, hypervisorHostId: hypervisor.id, path: placed.path, signal: never };
    expect(await removeFromHypervisor(console_.runtime, copy)).toMatch(/has the same bytes/);
    expect((await stat(placed.path)).size).toBe(bytes.length);
  });

  it('leaves the file that the same host has under another name, told by its host key', async () => {
    const { prisma } = console_.runtime.database;
    const { id } = await keep();
    const register = (name: string, address: string, fingerprint: string) =>
      prisma.hypervisorHost.create({
        data: {
          teamId: admin.team.id,
          name: `${name} ${folder.slice(-6)}`,
          kind: 'ssh',
          address,
          sshUser: 'ops',
          hostKeys: [{ type: 'ssh-ed25519', key: fingerprint, fingerprint }],
        },
        select: { id: true },
      });
    const byAddress = await register('by address', '192.0.2.30', 'SHA256:one');
    const byName = await register('by name', 'rack.example.test', 'SHA256:one');
    const path = join(folder, 'shared.qcow2');
    const row = { teamId: admin.team.id, imageId: id, path, sha256: sha256Of(bytes), sizeBytes: bytes.length };
    await prisma.imageCopy.create({ data: { ...row, hypervisorHostId: byName.id }, select: { id: true } });
    const copy = { teamId: admin.team.id, hypervisorHostId: byAddress.id, path, signal: never };
    expect(await removeFromHypervisor(console_.runtime, copy)).toMatch(
      /has the same bytes on by name .*; the file stays/,
    );
    // With another key it is another host: the console goes there.
    const another = await register('another', '192.0.2.31', 'SHA256:two');
    const removing = removeFromHypervisor(console_.runtime, { ...copy, hypervisorHostId: another.id });
    await expect(removing).rejects.toMatchObject({
      cause: { internal: expect.stringContaining(`${another.id} has no way in`) as string },
    });
  });
});
