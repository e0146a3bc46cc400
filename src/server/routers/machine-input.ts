import { z } from 'zod';

/** Bounds what a schema of a driver or of the engine is asked to look at; the schemas themselves decide about the values. */
const settings = z
  .record(z.string().max(64), z.unknown())
  .refine((values) => Object.keys(values).length <= 100, 'has too many fields')
  .refine((values) => JSON.stringify(values).length <= 262_144, 'is larger than 256 KiB');

export const machineSettingsInput = {
  driver: z.string().max(64),
  options: settings,
  engine: settings.default({}),
};

/** Changes of an engine's settings. */
export const engineSettingsInput = settings;

/** A host key as a check has shown it: the key in SSH wire format, base64. */
export const hostKeyInput = z.strictObject({ type: z.string().max(64), key: z.string().min(1).max(16_384) });

/** A version of the engine or the beginning of one, as a package manager writes it. */
export const engineVersionInput = z
  .string()
  .regex(/^[0-9][A-Za-z0-9.+~:-]{0,63}$/, 'is not a version such as 28.0.1 or the beginning of one');
