import { AppError } from '@/server/errors/app-error';

import { createCa } from './ca';
import type { ClientSubject } from './client-certificate';

export const harbour: ClientSubject = {
  member: { id: 'mem_1', email: 'ada@example.org' },
  device: { id: 'dev_1', name: "Ada's laptop" },
  team: { slug: 'harbour' },
};

/** A CA with a key of the smallest size, because its making is most of a test's time. */
export const quickCa = (
  overrides: { commonName?: string; now?: Date; validForDays?: number; pathLength?: 0 | 1 } = {},
) =>
  createCa({
    commonName: 'Engine CA',
    organization: 'harbour',
    keyBits: 2048,
    validForDays: 3650,
    now: new Date(),
    ...overrides,
  });

/** The AppError that the action fails with; anything else fails the test. */
export async function refusalOf(action: () => unknown): Promise<AppError> {
  try {
    await action();
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown;
    throw new Error('expected an AppError', { cause: thrown });
  }
  throw new Error('expected an AppError, but nothing was thrown');
}

/** One certificate or request in PEM, with another line end or Base64 content if wanted. */
export const toPem = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${(
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  ).join('\n')}\n-----END ${label}-----\n`;

export const fromPem = (pem: string): Buffer => Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
