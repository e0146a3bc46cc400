import fc from 'fast-check';
import { expect, test } from 'vitest';

import { encodeClientUri, parseClientUri } from './client-uri';
import { refusalOf } from './pki.test-support';

const printable = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((text) => text.trim() === text && !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text));

test('any identity survives the way into a URI and back, and the URI is plain ASCII of six fixed places', () => {
  fc.assert(
    fc.property(printable, printable, printable, (teamSlug, memberId, deviceId) => {
      const uri = encodeClientUri({ teamSlug, memberId, deviceId });
      expect(uri).toMatch(/^[!-~]+$/);
      expect(uri.split(':')).toHaveLength(8);
      expect(parseClientUri(uri)).toEqual({ teamSlug, memberId, deviceId });
    }),
  );
});

test.each([
  'urn:quaymaster:team:a:member:b',
  'urn:quaymaster:team:a:member:b:device:c:device:d',
  'urn:quaymaster:team::member:b:device:c',
  'urn:other:team:a:member:b:device:c',
  'urn:quaymaster:team:%zz:member:b:device:c',
  'https://example.org',
])('refuses %s', async (uri) => {
  expect((await refusalOf(() => parseClientUri(uri))).code).toBe('pki.certificate-invalid');
});
