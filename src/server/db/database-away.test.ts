import { describe, expect, it } from 'vitest';

import { AppError } from '@/server/errors/app-error';

import { isDatabaseAway } from './database-away';

const named = (name: string, more: object) => Object.assign(new Error('failed'), { name, ...more });

describe('isDatabaseAway', () => {
  it.each([
    ['a server that is down', named('PrismaClientKnownRequestError', { code: 'P1001' })],
    [
      'a raw query to it',
      named('PrismaClientKnownRequestError', {
        code: 'P2010',
        meta: { driverAdapterError: { name: 'DriverAdapterError', cause: { kind: 'DatabaseNotReachable' } } },
      }),
    ],
    ['a server that stops', named('DriverAdapterError', { cause: { originalCode: '57P01' } })],
    ['a server that starts', named('error', { code: '57P03' })],
    ['a connection that ends under a query', new Error('Connection terminated unexpectedly')],
    ['a transaction on it', new Error('Client has encountered a connection error and is not queryable')],
  ])('knows %s', (_what, error) => {
    expect(isDatabaseAway(error)).toBe(true);
  });

  it.each([
    ['a host that refuses', named('Error', { code: 'ECONNREFUSED' })],
    [
      'what we say of it',
      new AppError({ code: 'ssh.port-closed', public: 'Refused.', cause: { code: 'ECONNREFUSED' } }),
    ],
    ['a row that is there already', named('PrismaClientKnownRequestError', { code: 'P2002' })],
    ['nothing', undefined],
    ['a text', 'Connection terminated unexpectedly'],
  ])('does not take %s for it', (_what, error) => {
    expect(isDatabaseAway(error)).toBe(false);
  });
});
