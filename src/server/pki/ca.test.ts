import { X509Certificate } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createCa } from './ca';
import { inspectCertificate } from './inspect';
import { type Openssl, openOpenssl } from './openssl.test-support';
import { quickCa, refusalOf } from './pki.test-support';

let openssl: Openssl;
beforeAll(async () => {
  openssl = await openOpenssl();
});
afterAll(() => openssl.remove());

const now = new Date('2026-03-01T12:00:00.750Z');

async function textOf(certificatePem: string): Promise<string> {
  await openssl.write('ca.pem', certificatePem);
  return openssl.must('x509', '-in', 'ca.pem', '-noout', '-text', '-nameopt', 'utf8,sep_comma_plus');
}

describe('createCa', () => {
  test('makes a self-signed CA that openssl describes with the strict extensions and nothing more', async () => {
    const ca = await quickCa({ now });
    const text = await textOf(ca.certificatePem);
    expect(text).toContain('Version: 3');
    expect(text).toContain('Signature Algorithm: sha256WithRSAEncryption');
    expect(text).toContain('Issuer: O=harbour,CN=Engine CA');
    expect(text).toContain('Subject: O=harbour,CN=Engine CA');
    expect(text).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
    expect(text).toMatch(/Key Usage: critical\s+Certificate Sign, CRL Sign\n/);
    expect(text).toMatch(/Subject Key Identifier:\s+[0-9A-F:]{59}\n/);
    expect(text.match(/X509v3 [A-Z]/g)).toHaveLength(3);
    expect(await openssl.must('verify', '-x509_strict', '-attime', '1772368000', '-CAfile', 'ca.pem', 'ca.pem')).toBe(
      'ca.pem: OK\n',
    );
  });

  test('back-dates by five minutes, to the second, and counts the days from now', async () => {
    const ca = await quickCa({ now, validForDays: 10 });
    expect(ca.notBefore.toISOString()).toBe('2026-03-01T11:55:00.000Z');
    expect(ca.notAfter.toISOString()).toBe('2026-03-11T12:00:00.000Z');
    expect(inspectCertificate(ca.certificatePem)).toMatchObject({ notBefore: ca.notBefore, notAfter: ca.notAfter });
  });

  test('writes dates from 2050 on in the long form', async () => {
    const ca = await quickCa({ now, validForDays: 36_500 });
    expect(inspectCertificate(ca.certificatePem).notAfter.toISOString()).toBe('2126-02-05T12:00:00.000Z');
    expect(await openssl.must('asn1parse', '-in', await openssl.write('late.pem', ca.certificatePem))).toMatch(
      /UTCTIME +:260301115500Z[\s\S]+GENERALIZEDTIME +:21260205120000Z/,
    );
  });

  test.each([2048, 3072, 4096] as const)(
    'makes a key of %i bits in PKCS#8 that fits the certificate',
    async (keyBits) => {
      const ca = await createCa({ commonName: 'CA', organization: 'harbour', keyBits, validForDays: 1, now });
      expect(ca.privateKeyPem).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
      await openssl.write('key.pem', ca.privateKeyPem);
      const publicPem = await openssl.must('pkey', '-in', 'key.pem', '-pubout');
      const certificate = new X509Certificate(ca.certificatePem);
      expect(certificate.publicKey.export({ type: 'spki', format: 'pem' })).toBe(publicPem);
      expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ modulusLength: keyBits, publicExponent: 65_537n });
    },
  );

  test('gives the serial and fingerprint that openssl reads', async () => {
    const ca = await quickCa();
    await openssl.write('id.pem', ca.certificatePem);
    const lines = await openssl.must('x509', '-in', 'id.pem', '-noout', '-serial', '-fingerprint', '-sha256');
    expect(lines).toContain(`serial=${ca.serial}\n`);
    expect(lines.replaceAll(':', '')).toContain(`sha256 Fingerprint=${ca.fingerprintSha256}\n`);
  });

  test('never repeats a key or a serial', async () => {
    const [one, two] = await Promise.all([quickCa({ now }), quickCa({ now })]);
    expect(one.serial).not.toBe(two.serial);
    expect(one.privateKeyPem).not.toBe(two.privateKeyPem);
  });

  test('encodes names from any script as UTF-8', async () => {
    const ca = await createCa({
      commonName: 'Zoë, O=other + "x" \\ 港',
      organization: 'Häfen 🚢',
      keyBits: 2048,
      validForDays: 1,
      now,
    });
    expect(ca.subject).toBe('CN=Zoë, O=other + "x" \\ 港, O=Häfen 🚢');
    expect(inspectCertificate(ca.certificatePem)).toMatchObject({
      subjectCommonName: 'Zoë, O=other + "x" \\ 港',
      subjectOrganization: 'Häfen 🚢',
      issuerCommonName: 'Zoë, O=other + "x" \\ 港',
    });
    const parsed = await openssl.must('asn1parse', '-in', await openssl.write('names.pem', ca.certificatePem));
    expect(parsed.match(/UTF8STRING/g)).toHaveLength(4);
    expect(parsed).not.toMatch(/PRINTABLESTRING|T61STRING/);
  });

  test.each([
    ['commonName', { commonName: '   ' }],
    ['commonName', { commonName: 'a\u0000b' }],
    ['commonName', { commonName: 'a\nb' }],
    ['commonName', { commonName: 'a\ud800b' }],
    ['organization', { organization: '' }],
    ['organization', { organization: 'a\u202828b' }],
    ['validForDays', { validForDays: 0 }],
    ['validForDays', { validForDays: -1 }],
    ['validForDays', { validForDays: 1.5 }],
    ['validForDays', { validForDays: Number.NaN }],
    ['validForDays', { validForDays: 36_501 }],
  ])('refuses a bad %s and names the field: %j', async (field, overrides) => {
    const refusal = await refusalOf(() =>
      createCa({ commonName: 'CA', organization: 'team', keyBits: 2048, validForDays: 1, now, ...overrides }),
    );
    expect(refusal.code).toBe('input.invalid');
    expect(Object.keys(refusal.fieldErrors ?? {})).toEqual([field]);
  });
});
