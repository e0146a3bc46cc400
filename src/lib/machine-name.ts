import { z } from 'zod';

/** Stands in the address of the page that makes machines. */
const reserved: ReadonlySet<string> = new Set(['new']);

/**
 * The name of a machine, which becomes its host name and the name of a docker context: one host-name label of 1 to 63
 * characters (RFC 1123, 2.1), lower case only, because host names do not tell cases apart.
 */
export const machineNameSchema = z
  .string({ error: 'Give the machine a name.' })
  .trim()
  .min(1, 'Give the machine a name.')
  .max(63, 'A name has at most 63 characters.')
  .regex(
    /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
    'Use lower-case letters, digits and hyphens; begin and end with a letter or a digit.',
  )
  .refine((name) => !reserved.has(name), 'This word is taken by the console itself. Choose another name.');
