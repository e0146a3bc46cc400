import { expect, test } from 'vitest';

import { randomSerial } from './serial';

test('serials are positive, 128 bits wide and never repeat', () => {
  const serials = Array.from({ length: 5000 }, () => randomSerial().toString('hex'));
  expect(new Set(serials).size).toBe(serials.length);
  expect(serials.every((serial) => /^(?!00)[0-9a-f]{32}$/.test(serial))).toBe(true);
  // The top bit is used as well: a serial generator that clears it would pass the checks above with 127 bits.
  expect(serials.some((serial) => Number.parseInt(serial.slice(0, 2), 16) >= 0x80)).toBe(true);
});
