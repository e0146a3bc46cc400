import 'server-only';
import { createHash } from 'node:crypto';

import { RateLimiterPrisma, RateLimiterRes } from 'rate-limiter-flexible';

import type { PrismaClient } from '@/server/db/generated/client';
import { AppError } from '@/server/errors/app-error';
import type { Runtime } from '@/server/runtime';

/** Tries per window. An address may be a whole office behind one router, so it gets more. */
export const attemptLimits = {
  account: { points: 10, windowSeconds: 15 * 60 },
  address: { points: 50, windowSeconds: 15 * 60 },
} as const;

type Scope = keyof typeof attemptLimits;
type Limiters = Readonly<Record<Scope, RateLimiterPrisma>>;

export interface Attempt {
  readonly email: string;
  readonly address: string | undefined;
}

// The limiters keep no state of their own but a timer that removes old counters, so one pair serves a client for good.
const known = new WeakMap<PrismaClient, Limiters>();

const limitersOf = (prisma: PrismaClient): Limiters => {
  const limiter = (scope: Scope) =>
    new RateLimiterPrisma({
      storeClient: prisma,
      keyPrefix: `sign-in-${scope}`,
      points: attemptLimits[scope].points,
      duration: attemptLimits[scope].windowSeconds,
    });
  const limiters = known.get(prisma) ?? { account: limiter('account'), address: limiter('address') };
  known.set(prisma, limiters);
  return limiters;
};

// Hashed: what strangers type as an email address is not kept, and a key has one length.
const keyOf = (value: string) => createHash('sha256').update(value).digest('hex');

const take = async (limiter: RateLimiterPrisma, value: string): Promise<void> => {
  try {
    await limiter.consume(keyOf(value));
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    throw tooManyAttempts(new Date(Date.now() + refusal.msBeforeNext));
  }
};

const tooManyAttempts = (retryAt: Date) =>
  new TooManyAttempts(retryAt, {
    code: 'auth.too-many-attempts',
    public: `Too many attempts to sign in. Try again after ${retryAt.toISOString().slice(11, 16)} UTC.`,
  });

/** auth.too-many-attempts, with the time from which another attempt is counted again. */
export class TooManyAttempts extends AppError {
  readonly retryAt: Date;

  constructor(retryAt: Date, input: ConstructorParameters<typeof AppError>[0]) {
    super(input);
    this.retryAt = retryAt;
  }
}

/**
 * Counts one attempt to prove a password, before it is looked at, so that attempts side by side are all counted. The
 * counters live in the database: replicas share them and a restart forgets none. The library's clock is the system's.
 * Throws auth.too-many-attempts.
 */
export async function takeAttempt(runtime: Runtime, { email, address }: Attempt): Promise<void> {
  const limiters = limitersOf(runtime.database.prisma);
  if (address !== undefined) await take(limiters.address, address);
  await take(limiters.account, email);
}

/** Takes back what a right password had counted: the account starts anew, the address gets its one point back. */
export async function forgiveAttempt(runtime: Runtime, { email, address }: Attempt): Promise<void> {
  const limiters = limitersOf(runtime.database.prisma);
  await limiters.account.delete(keyOf(email));
  if (address !== undefined) await limiters.address.reward(keyOf(address));
}
