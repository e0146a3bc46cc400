import { z } from 'zod';

import { printableText } from './printable-text';

export const passwordLength = { min: 10, max: 200 } as const;

/** The name under which a person signs in: trimmed and in lower case, so that one mailbox is one account. */
export const emailSchema = z
  .string()
  .max(320, 'is too long for an email address')
  .trim()
  .toLowerCase()
  .max(254, 'is too long for an email address')
  .pipe(z.email('is not an email address'));

export const personNameSchema = printableText(80);

/** A password that someone chooses. Length is what counts; no character is required or refused. */
export const newPasswordSchema = z
  .string()
  .min(passwordLength.min, `needs at least ${passwordLength.min} characters`)
  .max(passwordLength.max, `has more than ${passwordLength.max} characters`);

/** A password that someone types to prove who they are; only bounded, so that a wrong one is wrong and not malformed. */
export const typedPasswordSchema = z.string().min(1, 'cannot be empty').max(passwordLength.max, 'is too long');
