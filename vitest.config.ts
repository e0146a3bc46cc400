import { fileURLToPath } from 'node:url';

import { defineConfig } from 'vitest/config';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const onHosts = ['src/**/*.lab.test.ts', 'e2e/**/*.test.ts'];
// Stories in the browser count on an answer within seconds, a virtual machine is emulated, and the lab's own tests look for what is
// left of a host whose number another test may take: each has the machine for itself. Ending processes is for waiting, mostly.
const alone = ['e2e/**/!(crash).test.ts', 'src/server/drivers/kvm/*.lab.test.ts'];
const database = ['src/server/{routers,operations,jobs,db,audit,auth,monitor,backup,metrics}/**/*.test.ts'];

const shared = {
  environment: 'node' as const,
  testTimeout: 30_000,
  hookTimeout: 180_000,
};

const hosts = { ...shared, testTimeout: 180_000, hookTimeout: 600_000 };

// unit: everything that needs no host. postgres: what touches the database, once more on a real PostgreSQL. hosts: real Debian hosts, two files at a time; alone: stories in the browser and whatever else wants the machine for itself.
export default defineConfig({
  resolve: {
    alias: { '@': at('./src'), 'server-only': at('./test/support/server-only.ts') },
  },
  test: {
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          ...shared,
          name: 'unit',
          include: ['{src,test,scripts,examples}/**/*.test.{ts,tsx}'],
          exclude: onHosts,
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'postgres',
          include: database,
          exclude: onHosts,
          testTimeout: 60_000,
          globalSetup: ['test/support/start-test-postgres.ts'],
        },
      },
      {
        extends: true,
        test: {
          ...hosts,
          name: 'hosts',
          include: onHosts,
          exclude: alone,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          ...hosts,
          name: 'alone',
          include: alone,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
