import { z } from 'zod';

// Control characters forge lines in logs and cannot stand in a certificate; a lone surrogate has no UTF-8 form.
const unprintable = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

/** One line of text for people: trimmed, not empty, at most `max` characters, without control characters. */
export const printableText = (max: number) =>
  z
    .string()
    .max(max * 2, `has more than ${max} characters`)
    .trim()
    .min(1, 'cannot be empty')
    .max(max, `has more than ${max} characters`)
    .refine((text) => !unprintable.test(text), 'has characters that cannot be shown');
