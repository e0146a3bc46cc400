import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { contractions } from './contractions';

const folder = fileURLToPath(new URL('../prisma/migrations', import.meta.url));
const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

// While replicas are exchanged one by one, those of the former version work on the new schema.
it.each(names)('the migration %s lets a replica of the version before go on', (name) => {
  expect(contractions(readFileSync(join(folder, name, 'migration.sql'), 'utf8'))).toEqual([]);
});

describe('contractions', () => {
  it.each([
    'DROP TABLE "Machine";',
    'ALTER TABLE "Machine" DROP COLUMN "name";',
    'ALTER TABLE "Machine" RENAME COLUMN "name" TO "title";',
    'ALTER TABLE "Machine" RENAME TO "Host";',
    'ALTER TABLE "Machine" ADD COLUMN "size" INTEGER NOT NULL;',
    'ALTER TABLE "Machine" ADD COLUMN "a" TEXT NOT NULL DEFAULT \'x\',\nADD COLUMN "b" INTEGER NOT NULL;',
    'ALTER TABLE "Machine" ALTER COLUMN "name" SET NOT NULL;',
    'ALTER TABLE "Machine" ALTER COLUMN "name" TYPE INTEGER;',
    'DROP TYPE "Role";',
  ])('finds %j', (sql) => {
    expect(contractions(sql)).toHaveLength(1);
  });

  it.each([
    'CREATE TABLE "Machine" ("id" TEXT NOT NULL);',
    'ALTER TABLE "Machine" ADD COLUMN "size" INTEGER;',
    'ALTER TABLE "Machine" ADD COLUMN "size" INTEGER NOT NULL DEFAULT 0;',
    'ALTER TABLE "Machine" ALTER COLUMN "name" DROP NOT NULL;',
    '-- The table was once called DROP TABLE.\nCREATE INDEX "i" ON "Machine"("name");',
    '-- contract: nothing since 0.3 reads it\nALTER TABLE "Machine" DROP COLUMN "name";',
  ])('lets %j pass', (sql) => {
    expect(contractions(sql)).toEqual([]);
  });
});
