import { fileURLToPath } from 'node:url';

import { defineConfig } from 'vitest/config';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const onHosts = ['src/**/*.lab.test.ts', 'e2e/**/*.test.ts'];
// The lab's own tests look for what is left of a host whose number another test may take; a virtual machine is emulated, which wants the processor.
const alone = ['e2e/lab/*.test.ts', 'e2e/kvm.test.ts', 'src/server/drivers/kvm/*.lab.test.ts'];
const database = ['src/server/{routers,operations,jobs,db,audit,auth,monitor,backup,metrics}/**/*.test.ts'];

const shared = {
  environment: 'node' as const,
  testTimeout: 30_000,
  hookTimeout: 180_000,
};

const hosts = { ...shared, testTimeout: 180_000, hookTimeout: 600_000 };

// unit: everything that needs no host. postgres: what touches the database, once more on a real PostgreSQL. hosts: real Debian hosts and the browser, two files at a time; alone: those of them that want the machine for themselves.
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
