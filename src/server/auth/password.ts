import 'server-only';
import { randomBytes } from 'node:crypto';

import { hash, verify } from '@node-rs/argon2';

/** OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, 2 passes, 1 lane. The algorithm is the library's default. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

// Keyboards differ in how they compose a character; NIST SP 800-63B 5.1.1.2 asks for one form before hashing.
const normalised = (password: string) => password.normalize('NFKC');

/** Hashes a password with argon2id. Out: PHC string. */
export const hashPassword = (password: string): Promise<string> => hash(normalised(password), cost);

let decoy: Promise<string> | undefined;

/**
 * True when the password belongs to the hash. Without a hash (no such account) it does the same work and answers false,
 * so that the time of an answer does not tell which accounts exist.
 */
export async function verifyPassword(stored: string | undefined, password: string): Promise<boolean> {
  decoy ??= hashPassword(randomBytes(16).toString('hex'));
  const unknown = await decoy;
  const matches = await verify(stored ?? unknown, normalised(password));
  return matches && stored !== undefined;
}
