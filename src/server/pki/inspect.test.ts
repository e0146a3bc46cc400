import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { fingerprint, inspectCertificate } from './inspect';
import { type Openssl, openOpenssl } from './openssl.test-support';
import { quickCa, refusalOf } from './pki.test-support';

let openssl: Openssl;
let certificatePem: string;
beforeAll(async () => {
  openssl = await openOpenssl();
  ({ certificatePem } = await quickCa());
});
afterAll(() => openssl.remove());

describe('inspectCertificate', () => {
  test("describes other people's certificates: a curve, several names, rare usages", async () => {
    const sans = 'DNS:a.example,IP:192.0.2.1,IP:2001:db8::1,email:a@b.example,URI:urn:x:y,RID:1.2.3';
    const pem = await openssl.must(
      `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -keyout k.pem -days 2 -set_serial 0x0a -subj /O=Rivals/CN=first/CN=second -addext subjectAltName=${sans} -addext keyUsage=keyAgreement,decipherOnly -addext extendedKeyUsage=serverAuth,1.2.3.4`,
    );
    expect(inspectCertificate(pem)).toMatchObject({
      subjectCommonName: 'second',
      subjectOrganization: 'Rivals',
      issuerCommonName: 'second',
      serial: '0A',
      sans: ['DNS:a.example', 'IP:192.0.2.1', 'IP:2001:db8::1', 'email:a@b.example', 'URI:urn:x:y', 'other:2a03'],
      keyUsages: ['keyAgreement', 'decipherOnly'],
      extendedKeyUsages: ['serverAuth', '1.2.3.4'],
      isCa: false, // it says CA:TRUE, but its key usages do not allow signing certificates
      key: { kind: 'ec', curve: 'P-384' },
    });
  });

  test('describes a certificate without names, extensions or version, with a key that is neither RSA nor EC', async () => {
    await openssl.must(
      'req',
      '-new',
      '-newkey',
      'ed25519',
      '-nodes',
      '-keyout',
      'e.pem',
      '-subj',
      '/',
      '-out',
      'e.csr',
    );
    await openssl.must('x509', '-req', '-in', 'e.csr', '-signkey', 'e.pem', '-out', 'v1.pem', '-days', '1');
    expect(inspectCertificate(await openssl.must('x509', '-in', 'v1.pem'))).toMatchObject({
      subjectCommonName: null,
      sans: [],
      keyUsages: [],
      isCa: false,
      key: { kind: 'other', name: 'ed25519' },
    });
  });

  test.each([
    ['two certificates', (pem: string) => pem + pem],
    ['text around it', (pem: string) => `subject: x\n${pem}`],
    ['half of one', (pem: string) => pem.slice(0, 300)],
    ['a damaged one', (pem: string) => pem.replace('\nMII', '\nMIJ')],
  ])('refuses %s', async (_, change) => {
    const refusal = await refusalOf(() => inspectCertificate(change(certificatePem)));
    expect(refusal.code).toBe('pki.certificate-invalid');
  });
});

test('fingerprint is the SHA-256 that openssl prints, without colons', async () => {
  await openssl.write('f.pem', certificatePem);
  const printed = await openssl.must('x509', '-in', 'f.pem', '-noout', '-fingerprint', '-sha256');
  expect(fingerprint(certificatePem)).toBe(printed.trim().split('=')[1]?.replaceAll(':', ''));
});
