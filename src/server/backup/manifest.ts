import { z } from 'zod';

import { SettingsError } from '@/env';

const tableSchema = z.object({
  name: z.string(),
  rows: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** The first file in a backup: what the others hold. */
export const manifestSchema = z.object({
  format: z.literal(1),
  product: z.literal('quaymaster'),
  version: z.string(),
  madeAt: z.iso.datetime(),
  migrations: z.array(z.string()),
  tables: z.array(tableSchema),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** Reads the first file of a backup. Throws SettingsError where this version cannot read it. */
export function parseManifest(text: string): Manifest {
  const parsed = manifestSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new SettingsError('The file is no backup of Quaymaster, or of a version that this one does not know.');
}
