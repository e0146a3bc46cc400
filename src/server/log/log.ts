import { pino } from 'pino';

export type Log = pino.Logger;

/** The structured log of the console. Fields that may hold a secret are removed by name, wherever they stand one level deep. */
export function createLog(level: string): Log {
  const secretFields = [
    'password',
    'sudoPassword',
    'privateKey',
    'privateKeyPem',
    'passphrase',
    'token',
    'secret',
    'authorization',
    'cookie',
  ];
  return pino({
    level,
    base: null,
    redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`]), censor: '[removed]' },
    serializers: { err: pino.stdSerializers.errWithCause },
  });
}
