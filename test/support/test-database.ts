import { randomBytes } from 'node:crypto';

import pg from 'pg';

import { type Database, openDatabase } from '@/server/db/database';

import { embeddedTemplate } from './embedded-template';

/**
 * A fresh database for one test file: a new one in the cluster of QUAYMASTER_TEST_DATABASE_URL where that is set (the
 * suite runs once with it), else the embedded one in memory.
 */
export async function openTestDatabase(): Promise<Database> {
  const cluster = process.env['QUAYMASTER_TEST_DATABASE_URL'];
  if (!cluster) return openDatabase({ template: await embeddedTemplate() });
  const name = `quaymaster_${randomBytes(6).toString('hex')}`;
  const admin = new pg.Client({ connectionString: cluster });
  await admin.connect();
  await admin.query(`create database ${name}`);
  const url = new URL(cluster);
  url.pathname = `/${name}`;
  const database = await openDatabase({ url: url.toString() });
  return {
    ...database,
    close: async () => {
      await database.close();
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}
