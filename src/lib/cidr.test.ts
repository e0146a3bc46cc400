import { describe, expect, it } from 'vitest';

import { cidrSchema } from './cidr';

describe('cidrSchema', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7/32'],
    ['192.0.2.7/24', '192.0.2.0/24'],
    ['255.255.255.255/1', '128.0.0.0/1'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8::1', '2001:db8::1/128'],
    [' 2001:db8::/32 ', '2001:db8::/32'],
  ])('keeps %s as %s', (text, block) => {
    expect(cidrSchema.parse(text)).toBe(block);
  });

  it.each(['', '256.0.0.1', '192.0.2.7/33', '192.0.2.7/', '192.0.2.7/-1', '1.2.3', '::/129', 'host', '1.2.3.4/8/8'])(
    'refuses "%s"',
    (text) => {
      expect(cidrSchema.safeParse(text).success).toBe(false);
    },
  );
});
