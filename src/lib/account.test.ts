import { describe, expect, it } from 'vitest';

import { emailSchema, newPasswordSchema, personNameSchema } from './account';

describe('an email address', () => {
  it('is trimmed and put in lower case, so that one mailbox is one account', () => {
    expect(emailSchema.parse('  Ada@Example.TEST ')).toBe('ada@example.test');
  });

  it.each([
    ['without a host', 'ada'],
    ['with a line break', 'ada@example.test\nbcc: eve@example.test'],
    ['with 255 characters', `${'a'.repeat(242)}@example.test`],
    ['that is empty', ''],
  ])('%s is refused', (_what, text) => {
    expect(emailSchema.safeParse(text).success).toBe(false);
  });
});

describe("a person's name", () => {
  it('keeps letters of any script', () => {
    expect(personNameSchema.parse(' 李雷 O’Neill ')).toBe('李雷 O’Neill');
  });

  it.each([
    ['a line break, which would forge a log line', 'Ada\nroot'],
    ['a NUL', 'Ada\0'],
    ['nothing but spaces', '   '],
    ['81 characters', 'a'.repeat(81)],
    ['a lone surrogate', 'Ada \ud800'],
  ])('with %s is refused', (_what, text) => {
    expect(personNameSchema.safeParse(text).success).toBe(false);
  });
});

describe('a new password', () => {
  it.each([
    [9, false],
    [10, true],
    [200, true],
    [201, false],
  ])('of %i characters is accepted: %s', (length, accepted) => {
    expect(newPasswordSchema.safeParse('x'.repeat(length)).success).toBe(accepted);
  });
});
