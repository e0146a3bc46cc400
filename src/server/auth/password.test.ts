import { parseOptions } from '@node-rs/argon2';
import { describe, expect, it } from 'vitest';

import { hashPassword, verifyPassword } from './password';

describe('passwords', () => {
  it('are hashed with argon2id at the cost that OWASP asks for at least', async () => {
    const hash = await hashPassword('a long password');
    expect(hash).toMatch(/^\$argon2id\$v=19\$/);
    expect(parseOptions(hash)).toMatchObject({ memoryCost: 19_456, timeCost: 2, parallelism: 1, saltLen: 16 });
    expect(hash).not.toContain('a long password');
  });

  it('have a salt of their own, so that equal ones do not show', async () => {
    expect(await hashPassword('a long password')).not.toBe(await hashPassword('a long password'));
  });

  it('match themselves and nothing else', async () => {
    const hash = await hashPassword('a long password');
    expect(await verifyPassword(hash, 'a long password')).toBe(true);
    expect(await verifyPassword(hash, 'a long passwore')).toBe(false);
  });

  it('match however the keyboard composes an accent', async () => {
    expect(await verifyPassword(await hashPassword('caf\u00e9 du port'), 'cafe\u0301 du port')).toBe(true);
  });

  it('of an unknown account never match, after as much work as for a known one', async () => {
    const hash = await hashPassword('a long password');
    await verifyPassword(undefined, 'warm-up: the first call makes the decoy');
    const timed = async (stored: string | undefined) => {
      const from = performance.now();
      const result = await verifyPassword(stored, 'a wrong password');
      return { result, ms: performance.now() - from };
    };
    const known: number[] = [];
    const unknown: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      known.push((await timed(hash)).ms);
      const { result, ms } = await timed(undefined);
      expect(result).toBe(false);
      unknown.push(ms);
    }
    // Without the decoy the unknown account answers in microseconds; the bound is wide for loaded machines.
    expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...known) / 3);
  });
});
