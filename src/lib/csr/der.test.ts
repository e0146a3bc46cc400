import { execFileSync } from 'node:child_process';

import { describe, expect, test } from 'vitest';

import {
  bitString,
  concat,
  context0,
  type Der,
  nullValue,
  objectId,
  sequence,
  set,
  smallInteger,
  utf8String,
} from './der';

const hex = (der: Der) => Buffer.from(der).toString('hex');

describe('DER elements are the bytes of the standard', () => {
  test.each([
    ['an integer', smallInteger(0), '020100'],
    ['null', nullValue(), '0500'],
    ['an identifier with an arc over 127', objectId('1.2.840.113549.1.1.11'), '06092a864886f70d01010b'],
    ['an identifier under 2.5', objectId('2.5.4.3'), '0603550403'],
    ['an identifier with a large second arc', objectId('2.999.3'), '0603883703'],
    ['UTF-8 text', utf8String('é港'), '0c05c3a9e6b8af'],
    ['bits', bitString(Uint8Array.of(0xff)), '030200ff'],
    ['an empty tagged element', context0(), 'a000'],
    ['a nested one', sequence(set(nullValue()), nullValue()), '300631020500' + '0500'],
    ['127 bytes, the last of the short lengths', utf8String('a'.repeat(127)), `0c7f${'61'.repeat(127)}`],
    ['128 bytes', utf8String('a'.repeat(128)), `0c8180${'61'.repeat(128)}`],
    ['256 bytes', utf8String('a'.repeat(256)), `0c820100${'61'.repeat(256)}`],
    ['65536 bytes', utf8String('a'.repeat(65_536)), `0c83010000${'61'.repeat(65_536)}`],
  ])('%s', (_, der, expected) => {
    expect(hex(der)).toBe(expected);
  });

  test('openssl reads them', () => {
    const der = sequence(objectId('1.2.840.113549.1.1.11'), utf8String('x'.repeat(300)), context0(smallInteger(127)));
    const parsed = execFileSync('openssl', ['asn1parse', '-inform', 'DER'], { input: der, encoding: 'utf8' });
    expect(parsed).toMatch(/OBJECT +:sha256WithRSAEncryption\n[\s\S]+UTF8STRING +:x{300}\n[\s\S]+INTEGER +:7F\n/);
  });
});

test.each([-1, 128, 1.5, Number.NaN])('refuses %d as a small integer', (value) => {
  expect(() => smallInteger(value)).toThrow(RangeError);
});

test.each(['', '1', '3.1', '1.40', '1.2.x', '1.2.-3', '1.2.4294967296', '1..2.a'])(
  'refuses %j as an identifier',
  (dotted) => {
    expect(() => objectId(dotted)).toThrow(RangeError);
  },
);

test('concat of nothing is empty', () => {
  expect(concat([])).toHaveLength(0);
});
