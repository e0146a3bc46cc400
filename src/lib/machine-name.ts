import { z } from 'zod';

/** A machine's name: a host-name label (RFC 1123), lower case, 1 to 63 characters. Unique in its team. */
export const machineNameSchema = z
  .string()
  .min(1, 'is required')
  .max(63, 'may have at most 63 characters')
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, 'may hold a to z, 0 to 9 and hyphens, and begins and ends with a letter or digit');
