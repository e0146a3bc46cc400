import { describe, expect, it } from 'vitest';

import { passwordStrength } from './password-strength';

describe('the hint for a new password', () => {
  it.each([
    ['short', 'aB3$xK9!q'],
    ['weak', 'aaaaaaaaaaaaaaaa'],
    ['weak', '1234567890123'],
    ['weak', 'qwertyuiopas'],
    ['weak', 'Password1234'],
    ['fair', 'hovel ramp 7'],
    ['strong', 'hovel-mantis-ridge-74'],
  ])('is %s for %j', (strength, password) => {
    expect(passwordStrength(password)).toBe(strength);
  });

  it("counts the person's own name and address as known", () => {
    expect(passwordStrength('ada.lovelace.edge', ['Ada Lovelace', 'ada@edge.test'])).toBe('weak');
  });
});
