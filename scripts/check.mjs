// npm run check: types, lint, format, import rules, dead code. Runs all of them and fails when one does.
import { fileURLToPath } from 'node:url';

import { run } from './run.mjs';

const bin = (name, path) => [
  process.execPath,
  fileURLToPath(new URL(`../node_modules/${name}/${path}`, import.meta.url)),
];
const checks = {
  types: bin('typescript', 'bin/tsc').concat('--noEmit'),
  lint: bin('oxlint', 'bin/oxlint').concat('--type-aware', '--deny-warnings'),
  format: bin('oxfmt', 'bin/oxfmt').concat('--check', '.'),
  imports: [process.execPath, 'scripts/check-imports.mjs'],
  'dead code': bin('knip', 'bin/knip.js'),
};

/** Runs every check; resolves with the names of those that passed and failed. */
export async function check() {
  process.chdir(fileURLToPath(new URL('..', import.meta.url)));
  const generated = await run(process.execPath, ['scripts/prisma-generate.mjs']);
  if (generated !== 0) return { passed: [], failed: ['database client'] };
  const passed = [];
  const failed = [];
  for (const [name, [command, ...args]] of Object.entries(checks)) {
    process.stdout.write(`\n— ${name}\n`);
    const code = await run(command, args);
    (code === 0 ? passed : failed).push(name);
  }
  return { passed, failed };
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const { failed } = await check();
  if (failed.length) console.error(`\nFailed: ${failed.join(', ')}`);
  process.exit(failed.length ? 1 : 0);
}
