import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { BoundedOutput } from './bounded-output';

const filled = (chunks: readonly Buffer[], limitBytes: number) => {
  const output = new BoundedOutput(limitBytes);
  for (const chunk of chunks) output.push(chunk);
  return output;
};

describe('BoundedOutput', () => {
  it('gives back everything up to its limit, however it was cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), (arrays) => {
        const chunks = arrays.map((array) => Buffer.from(array));
        const whole = Buffer.concat(chunks);
        const output = filled(chunks, whole.length + (whole.length % 2));
        expect(output.bytes().equals(whole)).toBe(true);
        expect(output.leftOutBytes).toBe(0);
      }),
    );
  });

  it('keeps the beginning and the end beyond its limit and counts what is between', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { minLength: 5 }), (arrays) => {
        const chunks = arrays.map((array) => Buffer.from(array));
        const whole = Buffer.concat(chunks);
        const output = filled(chunks, 4);
        expect(output.bytes()).toEqual(Buffer.concat([whole.subarray(0, 2), whole.subarray(-2)]));
        expect(output.leftOutBytes).toBe(whole.length - 4);
      }),
    );
  });

  it('says in the text how much is left out', () => {
    expect(filled([Buffer.from('abcdefgh')], 4).text()).toBe('ab\n[4 bytes left out]\ngh');
  });

  it('joins a character that came in two pieces', () => {
    const ship = Buffer.from('🚢');
    expect(filled([ship.subarray(0, 1), ship.subarray(1)], 100).text()).toBe('🚢');
  });
});
