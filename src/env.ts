import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { z } from 'zod';

import { cidrSchema } from '@/lib/cidr';

/** A setting that cannot be used. The message is the one sentence that a start prints before it exits with code 1. */
export class SettingsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SettingsError';
  }
}

const blankIsAbsent = (value: unknown) => (value === '' ? undefined : value);
const optional = <T extends z.ZodType>(schema: T) => z.preprocess(blankIsAbsent, schema.optional());
const flag = optional(z.enum(['0', '1', 'true', 'false'], { error: 'must be 1 or 0' })).transform(
  (value) => value === '1' || value === 'true',
);

const list = (item: z.ZodType<string, string>) =>
  optional(z.string())
    .transform((text) => (text ?? '').split(/[\s,]+/).filter(Boolean))
    .pipe(z.array(item));

const decodeMasterKey = (text: string): Buffer | undefined => {
  const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  return bytes.length === 32 ? bytes : undefined;
};

const fields = z.object({
  PORT: z.preprocess(
    blankIsAbsent,
    z.coerce
      .number({ error: 'must be a port number' })
      .int('must be a whole number')
      .min(1, 'must be a port number from 1 to 65535')
      .max(65_535, 'must be a port number from 1 to 65535')
      .default(3000),
  ),
  HOST: optional(z.string().regex(/^[\w.:-]+$/, 'must be an address or a host name')).default('127.0.0.1'),
  QUAYMASTER_DATA_DIR: optional(z.string()).default('data'),
  DATABASE_URL: optional(
    z.string().regex(/^postgres(ql)?:\/\//, 'must begin with postgresql:// (leave it out for the embedded database)'),
  ),
  QUAYMASTER_MASTER_KEY: optional(
    z.string().refine((text) => decodeMasterKey(text) !== undefined, 'must be 32 bytes in base64 or hex'),
  ),
  QUAYMASTER_URL: optional(
    z
      .url({ protocol: /^https?$/, error: 'must be an http or https address' })
      .transform((url) => url.replace(/\/+$/, '')),
  ),
  QUAYMASTER_ADMIN_EMAIL: optional(z.email({ error: 'must be an email address' })),
  QUAYMASTER_ADMIN_PASSWORD: optional(z.string().min(10, 'must have at least 10 characters')),
  QUAYMASTER_ADMIN_PASSWORD_FILE: optional(z.string()),
  QUAYMASTER_ROLE: optional(z.enum(['all', 'web', 'worker'], { error: 'must be all, web or worker' })).default('all'),
  QUAYMASTER_METRICS_TOKEN: optional(z.string().min(16, 'must have at least 16 characters')),
  QUAYMASTER_DRIVERS: optional(z.string()).transform((text) =>
    (text ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  ),
  QUAYMASTER_DEVELOPMENT: flag,
  QUAYMASTER_OWN_SOURCES: list(cidrSchema),
  QUAYMASTER_CLOUD_IDENTITY_TEAMS: list(z.string()),
  QUAYMASTER_LOG_LEVEL: optional(z.enum(['debug', 'info', 'warn', 'error'])).default('info'),
});

const schema = fields
  .refine((env) => !env.DATABASE_URL || env.QUAYMASTER_MASTER_KEY, {
    path: ['QUAYMASTER_MASTER_KEY'],
    message: 'is required together with DATABASE_URL (make one with: openssl rand -base64 32)',
  })
  .refine((env) => env.DATABASE_URL || (env.QUAYMASTER_ROLE ?? 'all') === 'all', {
    path: ['QUAYMASTER_ROLE'],
    message: 'needs DATABASE_URL: the embedded database belongs to one process, whose role is all',
  })
  .refine((env) => !(env.QUAYMASTER_ADMIN_PASSWORD && env.QUAYMASTER_ADMIN_PASSWORD_FILE), {
    path: ['QUAYMASTER_ADMIN_PASSWORD_FILE'],
    message: 'and QUAYMASTER_ADMIN_PASSWORD are both set; keep one',
  })
  .refine((env) => !env.QUAYMASTER_ADMIN_EMAIL || env.QUAYMASTER_ADMIN_PASSWORD || env.QUAYMASTER_ADMIN_PASSWORD_FILE, {
    path: ['QUAYMASTER_ADMIN_EMAIL'],
    message: 'needs QUAYMASTER_ADMIN_PASSWORD or QUAYMASTER_ADMIN_PASSWORD_FILE beside it',
  });

export interface Env {
  readonly port: number;
  readonly host: string;
  /** Absolute path of the folder that holds images, external drivers, the embedded database and the master key file. */
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  /** 32 bytes, or undefined: then a key file in the data folder is used. */
  readonly masterKey: Buffer | undefined;
  /** The address that people use, without a trailing slash. */
  readonly url: string;
  readonly admin: { readonly email: string; readonly password: string } | undefined;
  /** web: pages and API. worker: jobs and the fleet. all: both. */
  readonly role: 'all' | 'web' | 'worker';
  /** Lets others than this machine read GET /metrics; undefined: nobody else. */
  readonly metricsToken: string | undefined;
  /** Packages in the data folder, or paths, that have drivers beside those of the console. */
  readonly drivers: readonly string[];
  /** Offers the development-only drivers. Never set in production. */
  readonly development: boolean;
  /** CIDR blocks that the console's own calls come from, as others see them. */
  readonly ownSources: readonly string[];
  /** Slugs of the teams that may act with the cloud identity of this server. */
  readonly cloudIdentityTeams: readonly string[];
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}

const readPasswordFile = (path: string): string => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new SettingsError(
      `QUAYMASTER_ADMIN_PASSWORD_FILE: ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'}).`,
    );
  }
  if (text.length < 10) {
    throw new SettingsError('QUAYMASTER_ADMIN_PASSWORD_FILE: the password must have at least 10 characters.');
  }
  return text;
};

const publicHost = (host: string) => {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
};

const sentenceOf = (error: z.ZodError): string => {
  const issue = error.issues[0];
  return `${issue?.path.join('.') ?? 'settings'} ${issue?.message ?? 'cannot be used'}.`;
};

const places = fields.pick({ QUAYMASTER_DATA_DIR: true, DATABASE_URL: true, QUAYMASTER_MASTER_KEY: true });

/** Where the data is, for commands that work on it while no console runs. Throws SettingsError. */
export function readPlaces(
  source: Record<string, string | undefined> = process.env,
): Pick<Env, 'dataDir' | 'databaseUrl' | 'masterKey'> {
  const parsed = places.safeParse(source);
  if (!parsed.success) throw new SettingsError(sentenceOf(parsed.error));
  const { QUAYMASTER_DATA_DIR: dataDir, DATABASE_URL: databaseUrl, QUAYMASTER_MASTER_KEY: key } = parsed.data;
  return { dataDir: resolve(dataDir), databaseUrl, masterKey: key ? decodeMasterKey(key) : undefined };
}

/** Reads and checks the settings. Throws SettingsError with one sentence that names the setting. */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
  const parsed = schema.safeParse(source);
  if (!parsed.success) {
    throw new SettingsError(sentenceOf(parsed.error));
  }
  const env = parsed.data;
  const password =
    env.QUAYMASTER_ADMIN_PASSWORD ??
    (env.QUAYMASTER_ADMIN_PASSWORD_FILE ? readPasswordFile(env.QUAYMASTER_ADMIN_PASSWORD_FILE) : undefined);
  return {
    port: env.PORT,
    host: env.HOST,
    dataDir: resolve(env.QUAYMASTER_DATA_DIR),
    databaseUrl: env.DATABASE_URL,
    masterKey: env.QUAYMASTER_MASTER_KEY ? decodeMasterKey(env.QUAYMASTER_MASTER_KEY) : undefined,
    url: env.QUAYMASTER_URL ?? `http://${publicHost(env.HOST)}:${env.PORT}`,
    admin: env.QUAYMASTER_ADMIN_EMAIL && password ? { email: env.QUAYMASTER_ADMIN_EMAIL, password } : undefined,
    role: env.QUAYMASTER_ROLE,
    metricsToken: env.QUAYMASTER_METRICS_TOKEN,
    drivers: env.QUAYMASTER_DRIVERS,
    development: env.QUAYMASTER_DEVELOPMENT,
    ownSources: env.QUAYMASTER_OWN_SOURCES,
    cloudIdentityTeams: env.QUAYMASTER_CLOUD_IDENTITY_TEAMS,
    logLevel: env.QUAYMASTER_LOG_LEVEL,
  };
}
