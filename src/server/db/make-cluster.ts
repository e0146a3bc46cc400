import 'server-only';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

// The package is found from the working directory: the same in a checkout and in the standalone build.
const program = `
const { workerData } = require('node:worker_threads');
import('@electric-sql/pglite')
  .then(({ PGlite }) => PGlite.create({ dataDir: workerData }))
  .then((pglite) => pglite.close());
`;

/**
 * Makes the files of an embedded database in a folder that has none. That takes some 500 MB for a moment, and WebAssembly
 * gives back no memory that it has had: in a thread of its own, it goes with the thread.
 */
export async function makeCluster(folder: string): Promise<void> {
  if (existsSync(/* turbopackIgnore: true */ join(folder, 'PG_VERSION'))) return;
  const worker = new Worker(program, { eval: true, workerData: folder });
  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`the embedded database could not be made (exit code ${code})`));
    });
  });
}
