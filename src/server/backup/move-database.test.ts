import { afterAll, beforeAll, expect, it } from 'vitest';

import { type Database, openDatabase } from '@/server/db/database';

import { embeddedTemplate } from '../../../test/support/embedded-template';
import { openTestDatabase } from '../../../test/support/test-database';
import { moveDatabase } from './move-database';
import { contentOf } from './rows';
import { inSession } from './session';
import { listTables } from './tables';

let source: Database;
let target: Database;

beforeAll(async () => {
  [source, target] = await Promise.all([openDatabase({ template: await embeddedTemplate() }), openTestDatabase()]);
  const { id: teamId } = await source.prisma.team.create({
    data: { slug: 'harbour', name: 'Harbour' },
    select: { id: true },
  });
  // Sorted as bytes on both sides, whatever the collation of the target.
  const names = ['b', 'A', 'a', 'Z', 'ä', '_', '-', 'é', '1'];
  await source.prisma.sshKey.createMany({
    data: names.map((name) => ({
      id: `key ${name}`,
      teamId,
      name,
      type: 't',
      publicKey: 'p',
      fingerprint: 'f',
      secretId: name,
    })),
  });
  const user = await source.prisma.user.create({
    data: { email: 'ana@example.test', name: 'Ana' },
    select: { id: true },
  });
  await source.prisma.session.create({
    data: { userId: user.id, expiresAt: new Date('2027-01-01T00:00:00Z') },
    select: { id: true },
  });
});
afterAll(() => Promise.all([source.close(), target.close()]));

it('ok: copies every table, sessions too, with equal counts and hashes', async () => {
  const moved = await moveDatabase(source, target);
  expect(moved.find(({ name }) => name === 'SshKey')).toMatchObject({ rows: 9 });
  expect(moved.find(({ name }) => name === 'Session')).toMatchObject({ rows: 1 });
  await target.prisma.setting.deleteMany({ where: { key: 'requeue-jobs' } });
  const contents = (side: Database) =>
    inSession(side, 'read', async (session) => {
      const found = [];
      for (const table of await listTables(session, [])) {
        found.push({ name: table.name, ...(await contentOf(session, table)) });
      }
      return found;
    });
  expect(await contents(source)).toEqual(moved);
  expect(await contents(target)).toEqual(moved);
});

it('conflict: a target that has accounts stays as it is', async () => {
  await expect(moveDatabase(source, target)).rejects.toThrow('has accounts and teams already');
});

it('keeps nothing where a copy cannot be finished', async () => {
  const other = await openTestDatabase();
  await inSession(other, 'write', (session) => session.query('alter table "SshKey" add check (name <> \'Z\')'));
  await expect(moveDatabase(source, other)).rejects.toThrow(/SshKey/);
  expect(await other.prisma.team.count()).toBe(0);
  await other.close();
});
