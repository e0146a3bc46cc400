// Tells whether a slow step has to be done again: a hash over the files that it depends on, kept beside its result.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const walk = (path) => {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .filter((name) => name !== 'generated' && !name.endsWith('.test.ts') && !name.endsWith('.test.tsx'))
    .flatMap((name) => walk(join(path, name)));
};

/** SHA-256 over the names and contents of files and folders. */
export function hashOf(paths) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap(walk)) {
    hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

/** Runs `work` unless the stamp file says that it was done for the same inputs. */
export async function onceFor({ stamp, inputs, work }) {
  const hash = hashOf(inputs);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return false;
  await work();
  writeFileSync(stamp, hash);
  return true;
}
