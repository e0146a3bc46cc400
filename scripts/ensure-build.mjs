import { join } from 'node:path';

import { fail, run } from './run.mjs';
import { onceFor } from './stamp.mjs';

const inputs = [
  'src',
  'messages',
  'prisma',
  'public',
  'next.config.mjs',
  'postcss.config.mjs',
  'package-lock.json',
  'tsconfig.json',
  'scripts/build.mjs',
  'scripts/serve.mjs',
  'scripts/command.mjs',
  'scripts/prisma-generate.mjs',
];

/** Builds the console, unless the same sources are built already. */
export const ensureBuild = () =>
  onceFor({
    stamp: join('.next', 'quaymaster-build'),
    inputs,
    work: async () => {
      process.stdout.write('Building the console …\n');
      const code = await run(process.execPath, ['scripts/build.mjs']);
      if (code !== 0) fail('The console could not be built. The lines above say why; npm start tries again.');
    },
  });
