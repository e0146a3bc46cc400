import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole } from '../../../test/support/test-console';
import { attemptLimits, forgiveAttempt, takeAttempt } from './attempt-limit';

let console_: TestConsole;

const email = (name: string) => `${name}@example.test`;
const take = (attempt: Parameters<typeof takeAttempt>[1]) => takeAttempt(console_.runtime, attempt);
const takeTimes = async (count: number, attempt: (index: number) => Parameters<typeof takeAttempt>[1]) => {
  for (let index = 0; index < count; index += 1) await take(attempt(index));
};

beforeAll(async () => {
  console_ = await createTestConsole();
});
afterAll(() => console_.close());
afterEach(() => {
  vi.useRealTimers();
});

describe('attempts to prove a password', () => {
  const { account, address } = attemptLimits;

  it('are refused for an account after its limit, wherever they come from, with the time of the next one', async () => {
    await takeTimes(account.points, (index) => ({ email: email('ada'), address: `192.0.2.${index}` }));
    const refused = take({ email: email('ada'), address: '198.51.100.1' });
    expect(await rejection(refused)).toMatchObject({ code: 'auth.too-many-attempts' });
    const retryAt = await refused.catch((error: { retryAt: Date }) => error.retryAt.getTime());
    const waitMs = (retryAt as number) - Date.now();
    expect(waitMs).toBeGreaterThan((account.windowSeconds - 60) * 1000);
    expect(waitMs).toBeLessThanOrEqual(account.windowSeconds * 1000);
    await take({ email: email('bob'), address: '198.51.100.1' });
  });

  it('are refused for an address after its limit, whatever account they try', async () => {
    await takeTimes(address.points, (index) => ({ email: email(`user${index}`), address: '203.0.113.9' }));
    const refused = take({ email: email('one-more'), address: '203.0.113.9' });
    expect(await rejection(refused)).toMatchObject({ code: 'auth.too-many-attempts' });
    await take({ email: email('one-more'), address: '203.0.113.10' });
  });

  // Counted after the look at the password, a burst would all be let through.
  it('side by side are all counted', async () => {
    const burst = Array.from({ length: account.points + 5 }, () => take({ email: email('burst'), address: undefined }));
    const outcomes = await Promise.allSettled(burst);
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(account.points);
  });

  it('start anew for an account that proved its password', async () => {
    const attempt = { email: email('carol'), address: '192.0.2.77' };
    await takeTimes(account.points, () => attempt);
    await forgiveAttempt(console_.runtime, attempt);
    await takeTimes(account.points, () => attempt);
    expect(await rejection(take(attempt))).toMatchObject({ code: 'auth.too-many-attempts' });
  });

  it('are allowed again when the window is over', async () => {
    const attempt = { email: email('dave'), address: undefined };
    await takeTimes(account.points, () => attempt);
    expect(await rejection(take(attempt))).toMatchObject({ code: 'auth.too-many-attempts' });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + account.windowSeconds * 1000 + 1 });
    await take(attempt);
  });

  it('leave no address that somebody typed in the database', async () => {
    await take({ email: email('private'), address: undefined });
    const rows = await console_.runtime.database.prisma.rateLimiterFlexible.findMany();
    expect(JSON.stringify(rows)).not.toContain('private@');
  });
});
