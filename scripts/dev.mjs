// npm run dev: the console with hot reload and the development-only drivers.
import { fileURLToPath } from 'node:url';

import './ensure-node.mjs';
import { ensureInstall } from './ensure-install.mjs';
import { run } from './run.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
await ensureInstall();
const port = process.env.PORT || '3000';
const host = process.env.HOST || '127.0.0.1';
const env = {
  QUAYMASTER_DEVELOPMENT: '1',
  ...process.env,
  PORT: port,
  HOST: host,
  NEXT_TELEMETRY_DISABLED: '1',
  NEXT_MANUAL_SIG_HANDLE: 'true',
};
const generated = await run(process.execPath, ['scripts/prisma-generate.mjs'], { env });
if (generated !== 0) process.exit(generated);
process.exit(await run(process.execPath, ['node_modules/next/dist/bin/next', 'dev', '-p', port, '-H', host], { env }));
