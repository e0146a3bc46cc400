import { hash, parseOptions, verify } from '@node-rs/argon2';
import { describe, expect, it, vi } from 'vitest';

import { hashPassword, verifyPassword } from './password';

// The real one, whose calls are counted.
vi.mock('@node-rs/argon2', { spy: true });

describe('passwords', () => {
  it('are hashed with argon2id at the cost that OWASP asks for at least', async () => {
    const stored = await hashPassword('a long password');
    expect(stored).toMatch(/^\$argon2id\$v=19\$/);
    expect(parseOptions(stored)).toMatchObject({ memoryCost: 19_456, timeCost: 2, parallelism: 1, saltLen: 16 });
    expect(stored).not.toContain('a long password');
  });

  it('have a salt of their own, so that equal ones do not show', async () => {
    expect(await hashPassword('a long password')).not.toBe(await hashPassword('a long password'));
  });

  it('match themselves and nothing else', async () => {
    const stored = await hashPassword('a long password');
    expect(await verifyPassword(stored, 'a long password')).toBe(true);
    expect(await verifyPassword(stored, 'a long passwore')).toBe(false);
  });

  it('match however the keyboard composes an accent', async () => {
    expect(await verifyPassword(await hashPassword('caf\u00e9 du port'), 'cafe\u0301 du port')).toBe(true);
  });

  it('of an unknown account never match, after as much work as for a known one', async () => {
    const known = await hashPassword('a long password');
    await verifyPassword(undefined, 'the first call makes the decoy');
    const workOf = async (stored: string | undefined) => {
      vi.mocked(hash).mockClear();
      vi.mocked(verify).mockClear();
      expect(await verifyPassword(stored, 'a wrong password')).toBe(false);
      const verified = vi.mocked(verify).mock.calls.map(([against]) => parseOptions(against.toString()));
      return { hashed: vi.mocked(hash).mock.calls.length, verified };
    };
    const work = await workOf(known);
    expect(work).toMatchObject({ hashed: 0, verified: [{ memoryCost: 19_456, timeCost: 2, parallelism: 1 }] });
    expect(await workOf(undefined)).toEqual(work);
  });
});
