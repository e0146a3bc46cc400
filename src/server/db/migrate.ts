import 'server-only';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import * as engineModule from '@prisma/schema-engine-wasm/schema_engine_bg';

type MigrationList = Parameters<engineModule.SchemaEngine['applyMigrations']>[0]['migrationsList'];

let instantiated: Promise<void> | undefined;

// Node 20 cannot import a .wasm module as the package's own entry does, so the file is instantiated by hand.
const instantiate = async (): Promise<void> => {
  const file = join(process.cwd(), 'node_modules', '@prisma', 'schema-engine-wasm', 'schema_engine_bg.wasm');
  const { instance } = await WebAssembly.instantiate(readFileSync(/* turbopackIgnore: true */ file), {
    './schema_engine_bg.js': engineModule as unknown as WebAssembly.ModuleImports,
  });
  const { __wbg_set_wasm } = engineModule as unknown as { __wbg_set_wasm(exports: WebAssembly.Exports): void };
  __wbg_set_wasm(instance.exports);
  (instance.exports['__wbindgen_start'] as () => void)();
};

/** The folder of the migrations: beside the server's working directory, in a checkout and in the standalone build alike. */
const migrationsFolder = (): string => join(process.cwd(), 'prisma', 'migrations');

export function readMigrations(folder = migrationsFolder()): MigrationList {
  const names = readdirSync(/* turbopackIgnore: true */ folder, { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  return {
    baseDir: folder,
    lockfile: {
      path: 'migration_lock.toml',
      content: readFileSync(/* turbopackIgnore: true */ join(folder, 'migration_lock.toml'), 'utf8'),
    },
    shadowDbInitScript: '',
    migrationDirectories: names
      .map((entry) => entry.name)
      .sort()
      .map((name) => ({
        path: name,
        migrationFile: {
          path: 'migration.sql',
          content: {
            tag: 'ok',
            value: readFileSync(/* turbopackIgnore: true */ join(folder, name, 'migration.sql'), 'utf8'),
          },
        },
      })),
  };
}

/** Prisma's own schema engine (WebAssembly, no download) on a driver adapter. Free it after use. */
export async function openSchemaEngine(
  adapter: SqlMigrationAwareDriverAdapterFactory,
  schema?: string,
): Promise<engineModule.SchemaEngine> {
  instantiated ??= instantiate();
  await instantiated;
  return engineModule.SchemaEngine.new(
    { datamodels: schema === undefined ? undefined : [['schema.prisma', schema]] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(adapter),
  );
}

/** Applies the migrations that the database does not have yet, in order. Writes Prisma's usual _prisma_migrations rows. */
export async function migrate(adapter: SqlMigrationAwareDriverAdapterFactory): Promise<void> {
  const engine = await openSchemaEngine(adapter);
  try {
    await engine.applyMigrations({
      migrationsList: readMigrations(),
      filters: { externalTables: [], externalEnums: [] },
    });
  } finally {
    engine.free();
  }
}
