import { join } from 'node:path';

import { fail, run } from './run.mjs';
import { onceFor } from './stamp.mjs';

/** Installs the packages of the lock file, unless they are there already. No package's install script is run or needed. */
export const ensureInstall = () =>
  onceFor({
    stamp: join('node_modules', '.quaymaster-install'),
    inputs: ['package-lock.json'],
    work: async () => {
      process.stdout.write('Installing packages from the lock file …\n');
      const code = await run('npm', [
        'ci',
        '--include=dev',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
      ]);
      if (code !== 0) fail('The packages could not be installed. The lines above say why; npm start tries again.');
    },
  });
