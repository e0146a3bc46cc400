import 'server-only';
import { createHash, randomBytes } from 'node:crypto';

import { z } from 'zod';

/** The secret part of a link: 256 random bits in base64url. */
export const oneTimeTokenSchema = z.string().regex(/^[\w-]{43}$/, 'is not a link of this console');

export const makeOneTimeToken = (): string => randomBytes(32).toString('base64url');

/** What is stored of a token (SHA-256, hex), so that reading the database opens no link. A random token needs no salt. */
export const hashOneTimeToken = (token: string): string => createHash('sha256').update(token).digest('hex');
