import 'server-only';
import { join } from 'node:path';

import { PGlite } from '@electric-sql/pglite';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaPGlite } from 'pglite-prisma-adapter';

import { SettingsError } from '@/env';

import { PrismaClient } from './generated/client';
import { makeCluster } from './make-cluster';
import { migrate } from './migrate';

/** The database of this process, whichever of the two backends serves it. */
export interface Database {
  readonly prisma: PrismaClient;
  readonly backend: { kind: 'pglite'; pglite: PGlite } | { kind: 'postgres'; url: string; pool: pg.Pool };
  close(): Promise<void>;
}

/** What operations get inside a transaction. */
export type Transaction = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0];

interface EmbeddedOptions {
  readonly dataDir?: string | undefined;
  /** An archive of a cluster to begin with instead of an empty one. */
  readonly template?: Blob | undefined;
}

/**
 * PostgreSQL's cache is memory of this process here, 128 MB of it by default; what it does not hold comes from files, which
 * the system caches.
 */
const startParams = [...PGlite.defaultStartParams, '-c', 'shared_buffers=32MB'];

const openEmbedded = async ({ dataDir, template }: EmbeddedOptions): Promise<Database> => {
  const folder = dataDir === undefined ? undefined : join(dataDir, 'database');
  if (folder !== undefined && !template) await makeCluster(folder);
  const pglite = await PGlite.create({
    ...(folder !== undefined && { dataDir: folder }),
    ...(template && { loadDataDir: template }),
    startParams,
  });
  const adapter = new PrismaPGlite(pglite);
  await migrate(adapter);
  const prisma = new PrismaClient({ adapter, transactionOptions: { maxWait: 15_000, timeout: 30_000 } });
  return {
    prisma,
    backend: { kind: 'pglite', pglite },
    close: async () => {
      await prisma.$disconnect();
      await pglite.close();
    },
  };
};

// One advisory lock around the migrations, so that replicas starting at once apply them one after the other.
const migrationLockId = 7_239_402_011;

const withMigrationLock = async (pool: pg.Pool, run: () => Promise<void>): Promise<void> => {
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLockId]);
    await run();
  } finally {
    await client.query('select pg_advisory_unlock($1)', [migrationLockId]).catch(() => undefined);
    client.release();
  }
};

/**
 * Migrates over one connection of its own: the schema engine takes a lock in its session, and where its next statement
 * came over another connection it would wait for itself.
 */
const migratePostgres = async (url: string): Promise<void> => {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  pool.on('error', () => undefined);
  try {
    await migrate(new PrismaPg(pool));
  } finally {
    await pool.end();
  }
};

const describeTarget = (url: string): string => {
  try {
    const { host, pathname } = new URL(url);
    return `${host}${pathname}`;
  } catch {
    return 'DATABASE_URL';
  }
};

const openPostgres = async (url: string): Promise<Database> => {
  const pool = new pg.Pool({ connectionString: url, max: 20, connectionTimeoutMillis: 10_000 });
  // A pooled connection that the server ends while idle is replaced at the next query; the event only must have a listener.
  pool.on('error', () => undefined);
  try {
    await pool.query('select 1');
  } catch (error) {
    await pool.end();
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new SettingsError(
      `DATABASE_URL: the database at ${describeTarget(url)} cannot be reached (${reason}). Check that it runs and that the address, user and password are right.`,
    );
  }
  const adapter = new PrismaPg(pool);
  await withMigrationLock(pool, () => migratePostgres(url));
  const prisma = new PrismaClient({ adapter, transactionOptions: { maxWait: 15_000, timeout: 30_000 } });
  return {
    prisma,
    backend: { kind: 'postgres', url, pool },
    close: async () => {
      await prisma.$disconnect();
      await pool.end();
    },
  };
};

/**
 * Opens the database and brings its schema up to date. With `url` it is PostgreSQL, else the embedded one in `dataDir`
 * (in memory without one, for tests). Throws SettingsError when it cannot be reached.
 */
export function openDatabase(options: EmbeddedOptions & { readonly url?: string | undefined }): Promise<Database> {
  return options.url ? openPostgres(options.url) : openEmbedded(options);
}
