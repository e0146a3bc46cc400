// Writes the migration that brings the database of the existing migrations to prisma/schema.prisma:
//   npm run db:migration -- add-something
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { PGlite } from '@electric-sql/pglite';
import { PrismaPGlite } from 'pglite-prisma-adapter';

import { openSchemaEngine, readMigrations } from '../src/server/db/migrate';

const name = process.argv[2];
if (!name || !/^[a-z0-9-]+$/.test(name)) {
  console.error('Name the migration in kebab-case: npm run db:migration -- add-something');
  process.exit(1);
}
const folder = join(process.cwd(), 'prisma', 'migrations');
const lockFile = join(folder, 'migration_lock.toml');
if (!existsSync(lockFile)) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(lockFile, 'provider = "postgresql"\n');
}
const schema = readFileSync(join(process.cwd(), 'prisma', 'schema.prisma'), 'utf8');
const adapter = new PrismaPGlite(await PGlite.create());
const engine = await openSchemaEngine(adapter, schema);
const filters = { externalTables: [], externalEnums: [] };
const { stdout } = await engine.diff({
  from: { tag: 'migrations', ...readMigrations(folder) },
  to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: schema }] },
  script: true,
  exitCode: null,
  filters,
});
if (!stdout || stdout.includes('This is an empty migration')) {
  console.log('The schema has no change.');
  process.exit(0);
}
const stamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
const target = join(folder, `${stamp}_${name.replaceAll('-', '_')}`);
mkdirSync(target, { recursive: true });
writeFileSync(join(target, 'migration.sql'), stdout);
console.log(`prisma/migrations/${stamp}_${name.replaceAll('-', '_')}/migration.sql`);
process.exit(0);
