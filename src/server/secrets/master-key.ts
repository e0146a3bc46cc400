import { createHash, createHmac, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Env, SettingsError } from '@/env';

const pathIn = (dataDir: string) => join(dataDir, 'master.key');

const decode = (text: string): Buffer | null => {
  const key = Buffer.from(text.trim(), 'base64');
  return key.length === 32 ? key : null;
};

/** The master key in use: the setting's, or the key file's; null where neither is there. Makes nothing. */
export function readMasterKey({ masterKey, dataDir }: Pick<Env, 'masterKey' | 'dataDir'>): Buffer | null {
  if (masterKey) return masterKey;
  try {
    return decode(readFileSync(pathIn(dataDir), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return null;
  }
}

/** By what two copies of a key are told to be the same: eight bytes of a SHA-256, in hex. Says nothing of the key. */
export const fingerprintOf = (key: Buffer): string =>
  (
    createHash('sha256').update('quaymaster master key').update(key).digest('hex').slice(0, 16).match(/.{4}/g) ?? []
  ).join('-');

/** What a command on the console's machine shows to prove that it can read the master key. Says nothing of the key. */
export const commandTokenOf = (key: Buffer): Buffer => createHmac('sha256', key).update('quaymaster command').digest();

/**
 * Puts a key in place as the key file; a former one is kept beside it as master.key.former. Returns its path.
 */
export function placeMasterKeyFile(dataDir: string, key: Buffer): string {
  const path = pathIn(dataDir);
  const text = `${key.toString('base64')}\n`;
  const unfinished = `${path}.restored`;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  writeFileSync(unfinished, text, { mode: 0o600 });
  if (existsSync(path)) renameSync(path, `${path}.former`);
  renameSync(unfinished, path);
  return path;
}

/**
 * The key file of an installation without QUAYMASTER_MASTER_KEY: 32 random bytes in base64, mode 0600, made at the first
 * start. Throws SettingsError when the file is there and is not such a key.
 */
export function ensureMasterKeyFile(dataDir: string): Buffer {
  const path = pathIn(dataDir);
  try {
    writeFileSync(path, `${randomBytes(32).toString('base64')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  chmodSync(path, 0o600);
  const key = decode(readFileSync(path, 'utf8'));
  if (!key) {
    throw new SettingsError(
      `The master key file ${path} is damaged: it must hold 32 bytes in base64. Restore it from a backup.`,
    );
  }
  return key;
}
