import type { z } from 'zod';

/** The names of the options that are sealed at rest, from the schema's metadata. */
export const secretNames = (options: z.ZodObject): readonly string[] =>
  Object.entries(options.shape)
    .filter(([, schema]) => (schema as z.ZodType).meta()?.secret === true)
    .map(([name]) => name);

export interface SplitOptions {
  /** May be stored, shown and logged. */
  readonly open: Record<string, unknown>;
  /** To be sealed; undefined where there is none. */
  readonly secret: Record<string, string> | undefined;
}

/** Parts a driver's parsed options into those that may be seen and those that are sealed. Pure. */
export function splitSecrets(options: z.ZodObject, values: Record<string, unknown>): SplitOptions {
  const names = new Set(secretNames(options));
  const open: Record<string, unknown> = {};
  const secret: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    if (!names.has(name)) open[name] = value;
    else if (typeof value === 'string') secret[name] = value;
  }
  return { open, secret: Object.keys(secret).length > 0 ? secret : undefined };
}
