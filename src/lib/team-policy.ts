import { z } from 'zod';

/** Sizes of RSA keys that the console makes, in bits. */
export const keySizes = [2048, 3072, 4096] as const;

/** How long certificates may be valid, in days. */
export const validityBounds = {
  client: { min: 1, max: 365 },
  engine: { min: 1, max: 3650 },
  ca: { min: 90, max: 7300 },
} as const;

const days = ({ min, max }: { min: number; max: number }) =>
  z.int('is a whole number of days').min(min, `is at least ${min}`).max(max, `is at most ${max}`);

/** What a team asks of its certificates. It holds for those made from then on. */
export const certificatePolicySchema = z.object({
  clientValidForDays: days(validityBounds.client),
  engineValidForDays: days(validityBounds.engine),
  caValidForDays: days(validityBounds.ca),
  keyBits: z.literal(keySizes, `is one of ${keySizes.join(', ')}`),
  /** False: certificates only for keys that the console's own page made in the browser. */
  csrFilesAllowed: z.boolean(),
});

export type CertificatePolicy = z.infer<typeof certificatePolicySchema>;
