// npm test: everything that CI runs. On a fresh Debian, as root, it installs the packages it needs. Prints one closing line.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import './ensure-node.mjs';
import { ensureBuild } from './ensure-build.mjs';
import { ensureInstall } from './ensure-install.mjs';
import { listFailures } from './list-failures.mjs';
import { fail, run } from './run.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const onLinux = process.platform === 'linux';
const asRoot = onLinux && process.getuid?.() === 0;
const reports = mkdtempSync(join(tmpdir(), 'quaymaster-test-'));
const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
const startedAt = Date.now();
const seconds = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;

const heading = (text) => process.stdout.write(`\n=== ${text} (${seconds()})\n`);

const vitest = async (project) => {
  const report = join(reports, `${project}.json`);
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', project];
  const code = await run(process.execPath, [
    ...args,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  let result;
  try {
    result = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    total.failed += 1;
    failures.push(`${project}: ended without a report`);
    return;
  }
  total.passed += result.numPassedTests;
  total.failed += result.numFailedTests;
  total.skipped += result.numPendingTests;
  const failed = listFailures(project, result);
  failures.push(...failed);
  // A file that breaks before its first test counts no failed test, yet the run has failed.
  if (code !== 0 && result.numFailedTests === 0) {
    total.failed += 1;
    if (failed.length === 0) failures.push(`${project}: an error outside of every test; see its part above`);
  }
};

if (onLinux) {
  heading('Debian packages');
  const code = await run('bash', ['e2e/lab/install-packages.sh']);
  if (code !== 0 && asRoot) fail('The Debian packages that the tests need could not be installed; see above.');
}

heading('packages and build');
await ensureInstall();
const { check } = await import('./check.mjs');
const checked = await check();
total.passed += checked.passed.length;
total.failed += checked.failed.length;
failures.push(...checked.failed.map((name) => `check: ${name}`));
await ensureBuild();

heading('unit, contract and router tests, embedded database');
await vitest('unit');

heading('tests that touch the database, on PostgreSQL');
if (asRoot || process.env.QUAYMASTER_TEST_DATABASE_URL) await vitest('postgres');
else process.stdout.write('left out: a PostgreSQL of its own needs root (or set QUAYMASTER_TEST_DATABASE_URL)\n');

heading('real hosts');
if (asRoot) {
  await vitest('hosts');
  heading('the browser, virtual machines and the lab itself');
  await vitest('alone');
} else process.stdout.write('left out: real hosts need root on Linux with systemd-nspawn\n');

rmSync(reports, { recursive: true, force: true });
process.stdout.write(`\nDone after ${seconds()}.\n`);
// Once more at the end, where whoever reads only the end of a long log finds them.
for (const failure of failures) process.stdout.write(`\nfailed: ${failure}\n`);
const skipped = total.skipped ? `, ${total.skipped} skipped` : '';
process.stdout.write(`${total.passed} passed, ${total.failed} failed${skipped}\n`);
process.exit(total.failed ? 1 : 0);
