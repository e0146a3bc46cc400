// Builds the console into .next/standalone, which runs with node alone.
import { cpSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import './ensure-node.mjs';
import { fail, run } from './run.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };

const generated = await run(process.execPath, ['scripts/prisma-generate.mjs'], { env });
if (generated !== 0) fail('The database client could not be generated. The lines above say why.');
const built = await run(process.execPath, ['node_modules/next/dist/bin/next', 'build'], { env });
if (built !== 0) fail('The console could not be built. The lines above say why.');
cpSync('.next/static', '.next/standalone/.next/static', { recursive: true });
if (existsSync('public')) cpSync('public', '.next/standalone/public', { recursive: true });
cpSync('prisma/migrations', '.next/standalone/prisma/migrations', { recursive: true });
cpSync('scripts/serve.mjs', '.next/standalone/serve.mjs');
cpSync('scripts/command.mjs', '.next/standalone/command.mjs');
