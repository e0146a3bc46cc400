import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Database } from '@/server/db/database';
import { createLog } from '@/server/log/log';
import { ensureAuthority } from '@/server/operations/pki/ensure-authority';
import { SecretStore } from '@/server/secrets/secret-store';

import { createTestConsole, NotedQueue, type TestConsole, type TestMember } from '../../../test/support/test-console';
import { openTestDatabase } from '../../../test/support/test-database';
import { makeBackup } from './make-backup';
import { requeueJobs } from './requeue';
import { restoreBackup } from './restore-backup';
import { contentOf } from './rows';
import { inSession } from './session';
import { listTables, signedIn } from './tables';

const passphrase = 'correct horse battery staple';
const masterKey = Buffer.alloc(32, 7);

let console_: TestConsole;
let owner: TestMember;
let archive: Buffer;
let target: Database;
let secretId: string;

const contents = (database: Database) =>
  inSession(database, 'read', async (session) => {
    const found: Record<string, unknown> = {};
    for (const table of await listTables(session, signedIn)) found[table.name] = await contentOf(session, table);
    return found;
  });

const seed = async () => {
  const { prisma } = console_.runtime.database;
  owner = await console_.seedMember(await console_.seedTeam('harbour'));
  const { id: teamId } = owner.team;
  await ensureAuthority({ runtime: console_.runtime, teamId }, { kind: 'engine' });
  secretId = await prisma.$transaction((tx) =>
    console_.runtime.secrets.put(tx, { teamId, purpose: 'ssh-key', value: 'a private key' }),
  );
  const machine = await prisma.machine.create({
    data: {
      teamId,
      name: 'edge-1',
      driver: 'generic',
      enforcement: 'gate',
      wantedVersion: 7,
      confirmedVersion: 7,
      extraSans: ['a "quoted" name', 'back\\slash', 'ünïcödé 🚢'],
      options: { big: 1.5e300, nothing: null, lines: 'one\ntwo\u2028three' },
      engineSettings: {},
      leaseUntil: new Date('2026-11-23T02:00:00.123Z'),
    },
    select: { id: true },
  });
  const job = (state: 'queued' | 'running' | 'succeeded', minute: number) => ({
    teamId,
    kind: 'machine.create',
    machineId: machine.id,
    subject: 'edge-1',
    payload: {},
    state,
    createdByName: 'Ana',
    createdAt: new Date(Date.UTC(2026, 10, 23, 1, minute)),
    deliveredAt: new Date(Date.UTC(2026, 10, 23, 1, minute)),
  });
  const first = await prisma.job.create({ data: job('running', 0), select: { id: true } });
  await prisma.job.create({ data: { ...job('queued', 1), rollsBackId: first.id }, select: { id: true } });
  await prisma.job.create({ data: job('succeeded', 2), select: { id: true } });
  await prisma.jobLog.createMany({
    data: Array.from({ length: 1300 }, (_, index) => ({
      jobId: first.id,
      seq: index + 1,
      step: 0,
      at: new Date(1_700_000_000_000 + index),
      stream: 'out',
      text: `line ${index} \u001b[31mred\u001b[0m`,
    })),
  });
  await prisma.jobLogChunk.create({
    data: { jobId: first.id, fromSeq: 1, toSeq: 9, lines: new Uint8Array([0, 1, 255, 10, 13]), segments: [] },
    select: { jobId: true },
  });
  await prisma.session.create({
    data: { userId: owner.user.id, expiresAt: new Date('2027-01-01T00:00:00Z') },
    select: { id: true },
  });
};

beforeAll(async () => {
  console_ = await createTestConsole();
  await seed();
  const { database, clock } = console_.runtime;
  const backup = await makeBackup({ database, masterKey, passphrase, madeAt: clock.now(), workFactor: 10 });
  archive = await buffer(backup.body);
});
afterAll(() => console_.close());

const restore = (
  bytes: Buffer,
  options: { passphrase?: string; keepMasterKey?: (key: Buffer) => Promise<void> } = {},
) =>
  restoreBackup({
    database: target,
    source: Readable.from([bytes]),
    passphrase: options.passphrase ?? passphrase,
    keepMasterKey: options.keepMasterKey ?? (() => Promise.resolve()),
  });

const isEmpty = async () => {
  expect(await target.prisma.user.count()).toBe(0);
  expect(await target.prisma.job.count()).toBe(0);
};

describe('a restored backup', () => {
  let restoredKey: Buffer;

  beforeAll(async () => {
    target = await openTestDatabase();
    // As after a first start: a data key of its own.
    await SecretStore.open(target.prisma, Buffer.alloc(32, 9));
    await restore(archive, { keepMasterKey: async (key) => void (restoredKey = await Promise.resolve(key)) });
  });
  afterAll(() => target.close());

  it('holds every row of every table as it was, but that gates are told anew', async () => {
    await target.prisma.setting.deleteMany({ where: { key: 'requeue-jobs' } });
    const { wantedVersion } = await target.prisma.machine.findFirstOrThrow({ select: { wantedVersion: true } });
    expect(wantedVersion).toBe(1_000_007);
    await target.prisma.machine.updateMany({ data: { wantedVersion: 7 } });
    expect(await contents(target)).toEqual(await contents(console_.runtime.database));
  });

  it('has the master key, with which its secrets open where the data key is sealed by it', () => {
    expect(restoredKey).toEqual(masterKey);
  });

  it('has nobody signed in', async () => {
    expect(await target.prisma.session.count()).toBe(0);
  });

  it('keeps the seals of its secrets', async () => {
    const [own, copied] = await Promise.all(
      [console_.runtime.database, target].map(({ prisma }) =>
        prisma.secret.findUniqueOrThrow({ where: { id: secretId }, select: { sealed: true } }),
      ),
    );
    expect(copied?.sealed).toEqual(own?.sealed);
  });

  it('queues the jobs again that had not ended, in their order, once', async () => {
    await target.prisma.setting.create({ data: { key: 'requeue-jobs', value: true }, select: { key: true } });
    const queue = new NotedQueue();
    const log = createLog('silent');
    await requeueJobs({ database: target, queue, log });
    await requeueJobs({ database: target, queue, log });
    const open = await target.prisma.job.findMany({
      where: { state: { not: 'succeeded' } },
      orderBy: { createdAt: 'asc' },
      select: { id: true },
    });
    expect(queue.deliveries.map(({ jobId }) => jobId)).toEqual(open.map(({ id }) => id));
  });

  it('conflict: is not put over an installation that has accounts', async () => {
    await expect(restore(archive)).rejects.toThrow('has accounts and teams already');
  });
});

describe('a restore that cannot be', () => {
  beforeEach(async () => {
    target = await openTestDatabase();
    return () => target.close();
  });

  it('says that the passphrase is another one', async () => {
    await expect(restore(archive, { passphrase: 'another one, quite' })).rejects.toThrow(
      'The passphrase is not the one',
    );
    await isEmpty();
  });

  it('says that the file is none of ours', async () => {
    await expect(restore(Buffer.from('hello'))).rejects.toThrow('is no backup of Quaymaster');
  });

  it.each([
    ['cut off near its end', (bytes: Buffer) => bytes.subarray(0, bytes.length - 200)],
    ['cut in half', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    [
      'changed in one bit',
      (bytes: Buffer) => Buffer.from(bytes).fill((bytes.at(-500) ?? 0) ^ 1, bytes.length - 500, bytes.length - 499),
    ],
  ])('leaves nothing behind of a backup that was %s', async (_how, damage) => {
    await expect(restore(damage(archive))).rejects.toThrow('The backup is damaged');
    await isEmpty();
  });

  it('leaves nothing behind where the master key cannot be kept', async () => {
    const keepMasterKey = () => Promise.reject(new Error('the disk is full'));
    await expect(restore(archive, { keepMasterKey })).rejects.toThrow('the disk is full');
    await isEmpty();
  });

  it('says so where the database has another form', async () => {
    await inSession(target, 'write', (session) =>
      session.query(`delete from "_prisma_migrations" where migration_name like '%_durability'`),
    );
    await expect(restore(archive)).rejects.toThrow('whose database has another form');
    await isEmpty();
  });

  it('says that a console runs on the database', async () => {
    await target.prisma.replica.create({
      data: { role: 'all', host: 'node-1', pid: 1, version: '0.1.0', heartbeatAt: new Date() },
      select: { id: true },
    });
    await expect(restore(archive)).rejects.toThrow('stop it first');
  });
});
