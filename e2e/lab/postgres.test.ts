import { Client } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';

import { labAvailable } from './lab';
import { startPostgres } from './postgres';
import { tracesOf } from './traces';

const available = await labAvailable();

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  // Ours is to see queries fail, not the connection's end as such.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe.runIf(available.ok)('a database of the lab', () => {
  it('keeps what was committed over a crash and over a restart, and leaves no trace when it is stopped', async () => {
    const postgres = await startPostgres();
    onTestFinished(() => postgres.stop());
    await query(postgres.url, 'create table kept as select 1 as one');

    await postgres.kill();
    await expect(query(postgres.url, 'select * from kept')).rejects.toThrow('ECONNREFUSED');
    await postgres.restart();
    expect(await query(postgres.url, 'select * from kept')).toEqual([{ one: 1 }]);
    await postgres.restart();
    expect(await query(postgres.url, 'select * from kept')).toEqual([{ one: 1 }]);

    expect(tracesOf(postgres.name)).not.toEqual([]);
    await postgres.stop();
    expect(tracesOf(postgres.name)).toEqual([]);
  });

  it('is nobody else’s when several start at once', async () => {
    const all = await Promise.all([startPostgres(), startPostgres(), startPostgres()]);
    onTestFinished(async () => void (await Promise.all(all.map((postgres) => postgres.stop()))));
    expect(new Set(all.map(({ url }) => new URL(url).port)).size).toBe(3);
    await Promise.all(all.map(({ url }, index) => query(url, `create table mine as select ${index} as it`)));
    expect(await Promise.all(all.map(({ url }) => query(url, 'select it from mine')))).toEqual([
      [{ it: 0 }],
      [{ it: 1 }],
      [{ it: 2 }],
    ]);
  });
});
