import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { SettingsError } from '@/env';

/**
 * The key file of an installation without QUAYMASTER_MASTER_KEY: 32 random bytes in base64, mode 0600, made at the first
 * start. Throws SettingsError when the file is there and is not such a key.
 */
export function ensureMasterKeyFile(dataDir: string): Buffer {
  const path = join(dataDir, 'master.key');
  try {
    writeFileSync(path, `${randomBytes(32).toString('base64')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  chmodSync(path, 0o600);
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64');
  if (key.length !== 32) {
    throw new SettingsError(
      `The master key file ${path} is damaged: it must hold 32 bytes in base64. Restore it from a backup.`,
    );
  }
  return key;
}
