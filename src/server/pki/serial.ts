import { randomBytes } from 'node:crypto';

const serialBytes = 16;

/**
 * Makes a certificate serial number of 128 random bits.
 * Out: 16 big-endian bytes whose first is not zero, so that every serial is positive and reads as 32 hex digits.
 * Source: RFC 5280 4.1.2.2 (positive, at most 20 octets), docker/machine's random 128-bit serials.
 */
export function randomSerial(): Buffer {
  for (;;) {
    const serial = randomBytes(serialBytes);
    if (serial[0] !== 0) return serial;
  }
}
