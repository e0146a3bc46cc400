import 'server-only';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { z } from 'zod';

import { SettingsError } from '@/env';
import { fieldShape } from '@/lib/option-schema';

import { describeOptions } from './describe-options';
import { type Driver, optionalVerbs } from './driver';
import { driverContract, driverKit, type DriverModule } from './kit';

const called = z.custom<() => unknown>((value) => typeof value === 'function', 'is no function');
const sentence = z.string({ error: 'is no text' }).min(1, 'is empty').max(500, 'is longer than 500 characters');
const zodObject = z.custom<z.ZodObject>(
  (value) => typeof value === 'object' && value !== null && 'shape' in value && 'safeParse' in value,
  'is no object schema of the kit',
);

const parts = (shape: z.ZodRawShape) => z.looseObject(shape, { error: 'is no object' });

const moduleSchema = z.looseObject({
  id: z
    .string({ error: 'is no text' })
    .regex(/^[a-z][a-z0-9-]{0,30}$/, 'is not made of lower case letters, digits and dashes'),
  contract: z.literal(driverContract, { error: `is not ${driverContract}, which this console works with` }),
  make: called,
});

const driverSchema = z.looseObject({
  label: sentence,
  description: sentence,
  needs: sentence,
  icon: z.enum(['server', 'cloud', 'hypervisor', 'simulation'], {
    error: 'is none of server, cloud, hypervisor, simulation',
  }),
  availability: z.enum(['production', 'development'], { error: 'is neither production nor development' }),
  provisioning: z.enum(['ssh', 'none'], { error: 'is neither ssh nor none' }),
  options: zodObject,
  state: zodObject,
  unsupported: z.record(z.string(), sentence),
  target: called,
  create: called,
  observe: called,
  remove: called,
  precheck: called.optional(),
  account: parts({ key: called, inventory: called, discard: called }).optional(),
  credential: parts({ schema: zodObject, check: called }).optional(),
  choices: z.record(z.string(), called, { error: 'is no object of functions' }).optional(),
  ...Object.fromEntries(optionalVerbs.map((verb) => [verb, called.optional()])),
});

const complain = (spec: string, what: string): never => {
  throw new SettingsError(`QUAYMASTER_DRIVERS: ${spec} ${what}`);
};

const parse = <T>(spec: string, { schema, value }: { schema: z.ZodType<T>; value: unknown }): T => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue?.path.join('.') ?? '';
  return complain(spec, `is no driver: ${at === '' ? 'its default export' : at} ${issue?.message ?? 'is not right'}.`);
};

/** What the contract suite asks of the schemas, as far as it can be told without calling the driver. */
function assertDrawable(spec: string, driver: Driver): void {
  const schema = describeOptions(driver.options);
  if (schema.additionalProperties !== false) complain(spec, 'is no driver: its options are no strict object.');
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (fieldShape(field) === undefined || !field.title) {
      complain(spec, `is no driver: the form cannot draw its option "${name}", or it has no title.`);
    }
  }
}

function assertExplained(spec: string, driver: Driver): void {
  for (const part of [...optionalVerbs, 'account'] as const) {
    if ((driver[part] === undefined) === (driver.unsupported[part] === undefined)) {
      complain(spec, `is no driver: it has to have either "${part}" or a sentence in unsupported.${part}.`);
    }
  }
}

/** Makes the driver of a module with this console's kit, and checks all that can be checked. Throws SettingsError. */
export function makeDriver(spec: string, module: DriverModule): Driver {
  let made: unknown;
  try {
    made = module.make(driverKit);
  } catch (error) {
    complain(spec, `fails when it is made: ${error instanceof Error ? error.message : String(error)}.`);
  }
  parse(spec, { schema: driverSchema, value: made });
  const driver = made as Driver;
  assertDrawable(spec, driver);
  assertExplained(spec, driver);
  return driver;
}

/**
 * Resolves with the conditions of `import`, as a module of the data folder: Node tells that to a module of that place only, and
 * from a path of the console's own bundle to nobody.
 */
const resolverText = `// Made by the console at its start: finds the drivers that QUAYMASTER_DRIVERS names.
export const resolve = (specifier) => import.meta.resolve(specifier);
`;

async function resolverOf(dataDir: string): Promise<(specifier: string) => string> {
  const path = join(dataDir, 'resolve-drivers.mjs');
  if ((await readFile(path, 'utf8').catch(() => '')) !== resolverText) {
    // Several processes may start at once.
    const next = `${path}.${process.pid}`;
    await writeFile(next, resolverText);
    await rename(next, path);
  }
  const { href } = pathToFileURL(path);
  // Not part of the bundle, as the drivers.
  const module = (await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ href)) as {
    readonly resolve: (specifier: string) => string;
  };
  return module.resolve;
}

/** URL of a package in the folder node_modules of the data folder, or of a path: absolute, or from the data folder. */
async function locate(spec: string, dataDir: string): Promise<string> {
  if (isAbsolute(spec)) return pathToFileURL(spec).href;
  try {
    // A path may leave out what a package may not.
    if (spec.startsWith('.')) return pathToFileURL(createRequire(join(dataDir, 'package.json')).resolve(spec)).href;
    return (await resolverOf(dataDir))(spec);
  } catch (error) {
    const { code = 'error', message } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') {
      return complain(spec, `cannot be found in ${dataDir} (${code}): ${message}`);
    }
    return spec.startsWith('.')
      ? complain(spec, `is not there (${code}). Paths are absolute, or begin at ${dataDir}.`)
      : complain(spec, `is not there (${code}). Install it with: npm install --prefix ${dataDir} ${spec}`);
  }
}

async function load(spec: string, dataDir: string): Promise<DriverModule> {
  const href = await locate(spec, dataDir);
  let loaded: { readonly default?: unknown };
  try {
    // Not part of the bundle: found when the console starts.
    loaded = (await import(
      /* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ href
    )) as typeof loaded;
  } catch (error) {
    return complain(spec, `cannot be loaded: ${error instanceof Error ? error.message : String(error)}.`);
  }
  parse(spec, { schema: moduleSchema, value: loaded.default });
  return loaded.default as DriverModule;
}

/** A driver's module, and what the settings call it. */
export interface LoadedModule {
  readonly spec: string;
  readonly module: DriverModule;
}

/**
 * Loads the drivers that the settings name, and tries them out. Throws SettingsError with one sentence where one cannot be
 * used, or has an id that is taken.
 */
export async function loadExternalDrivers(
  specs: readonly string[],
  { dataDir, taken }: { readonly dataDir: string; readonly taken: readonly string[] },
): Promise<readonly LoadedModule[]> {
  const ids = new Set(taken);
  const loaded: LoadedModule[] = [];
  for (const spec of specs) {
    const module = await load(spec, dataDir);
    if (ids.has(module.id)) complain(spec, `has the id "${module.id}", which another driver has.`);
    ids.add(module.id);
    makeDriver(spec, module);
    loaded.push({ spec, module });
  }
  return loaded;
}
