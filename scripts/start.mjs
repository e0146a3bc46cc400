// npm start: whatever a fresh clone still needs (packages, build), then the console. Nothing is done twice.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import './ensure-node.mjs';
import { ensureBuild } from './ensure-build.mjs';
import { ensureInstall } from './ensure-install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
process.env.QUAYMASTER_DATA_DIR ||= join(root, 'data');
process.chdir(root);
await ensureInstall();
await ensureBuild();
await import('./serve.mjs');
