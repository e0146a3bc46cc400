import { z } from 'zod';

/** How long the passphrase of a backup is: whoever has the file may try for as long as they like. */
export const backupPassphraseLength = { min: 12, max: 1024 } as const;

const { min, max } = backupPassphraseLength;

export const backupPassphraseSchema = z
  .string({ error: 'is missing' })
  .min(min, `must have at least ${min} characters`)
  .max(max, `must have at most ${max} characters`);

/** "quaymaster-2026-11-23-0241.backup": an age file with a passphrase. Pure. */
export const backupFileName = (madeAt: Date): string =>
  `quaymaster-${madeAt.toISOString().slice(0, 16).replace('T', '-').replace(':', '')}.backup`;
