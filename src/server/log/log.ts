import { type DestinationStream, type LoggerOptions, pino } from 'pino';

import { logContext } from './log-context';

export type Log = pino.Logger;

/**
 * The structured log of the console. Each line carries the ids of the request or the job that it belongs to. Fields that may
 * hold a secret are removed by name, wherever they stand one level deep.
 */
export function createLog(level: string, destination?: DestinationStream): Log {
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
  const options: LoggerOptions = {
    level,
    base: null,
    mixin: () => ({ ...logContext() }),
    redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`]), censor: '[removed]' },
    serializers: { err: pino.stdSerializers.errWithCause },
  };
  return destination ? pino(options, destination) : pino(options);
}
