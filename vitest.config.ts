import { fileURLToPath } from 'node:url';

import { defineConfig } from 'vitest/config';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const serial = ['src/**/*.lab.test.ts', 'e2e/**/*.test.ts'];
const database = ['src/server/{routers,operations,jobs,db,audit,auth,monitor,backup,metrics}/**/*.test.ts'];

const shared = {
  environment: 'node' as const,
  testTimeout: 30_000,
  hookTimeout: 180_000,
};

// unit: everything that needs no host. postgres: what touches the database, once more on a real PostgreSQL. hosts: real Debian hosts and the browser, one file after the other.
export default defineConfig({
  resolve: {
    alias: { '@': at('./src'), 'server-only': at('./test/support/server-only.ts') },
  },
  test: {
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: { ...shared, name: 'unit', include: ['{src,test,scripts,examples}/**/*.test.{ts,tsx}'], exclude: serial },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'postgres',
          include: database,
          exclude: serial,
          globalSetup: ['test/support/start-test-postgres.ts'],
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'hosts',
          include: serial,
          testTimeout: 180_000,
          hookTimeout: 600_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
