import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { IssuedKeyPair } from './ca';
import { issueClientCertificate, issueClientKeyPair } from './client-certificate';
import { inspectCertificate } from './inspect';
import { type Openssl, openOpenssl } from './openssl.test-support';
import { harbour, quickCa, refusalOf } from './pki.test-support';

let openssl: Openssl;
let ca: IssuedKeyPair;
const now = new Date();
beforeAll(async () => {
  openssl = await openOpenssl();
  ca = await quickCa({ commonName: 'Client CA of ada@example.org' });
  await openssl.write('ca.pem', ca.certificatePem);
});
afterAll(() => openssl.remove());

const newCsr = (...args: string[]) =>
  openssl.must('req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k.pem -subj /CN=x', ...args);

const textOf = async (certificatePem: string) => {
  await openssl.write('client.pem', certificatePem);
  return openssl.must('x509', '-in', 'client.pem', '-noout', '-text', '-nameopt', 'utf8,sep_comma_plus');
};

const verifyAs = (purpose: string) =>
  openssl.run('verify', '-x509_strict', '-purpose', purpose, '-CAfile', 'ca.pem', 'client.pem');

describe('issueClientCertificate', () => {
  test.each([
    ['RSA', 'rsa -pkeyopt rsa_keygen_bits:2048', { kind: 'rsa', bits: 2048 }],
    ['P-256', 'ec -pkeyopt ec_paramgen_curve:P-256', { kind: 'ec', curve: 'P-256' }],
    ['P-384', 'ec -pkeyopt ec_paramgen_curve:P-384', { kind: 'ec', curve: 'P-384' }],
  ])('signs a %s request: openssl accepts it as a client and refuses it as a server', async (_, newKey, key) => {
    const csrPem = await openssl.must(`req -new -newkey ${newKey} -nodes -keyout k.pem -subj /CN=x`);
    const client = await issueClientCertificate({ ca, csrPem, subject: harbour, validForDays: 30, now });
    await textOf(client.certificatePem);
    expect(await verifyAs('sslclient')).toMatchObject({ exitCode: 0, output: 'client.pem: OK\n' });
    expect((await verifyAs('sslserver')).output).toContain('unsuitable certificate purpose');
    expect((await verifyAs('smimesign')).output).toContain('unsuitable certificate purpose');
    expect(inspectCertificate(client.certificatePem).key).toEqual(key);
    expect(await openssl.must('x509', '-in', 'client.pem', '-noout', '-pubkey')).toBe(
      await openssl.must('pkey', '-in', 'k.pem', '-pubout'),
    );
  });

  test('names member, device and team, and allows signing for client authentication only', async () => {
    const client = await issueClientCertificate({
      ca,
      csrPem: await newCsr(),
      subject: harbour,
      validForDays: 30,
      now,
    });
    const text = await textOf(client.certificatePem);
    expect(text).toContain("Subject: O=harbour,OU=Ada's laptop,CN=ada@example.org");
    expect(text).toContain('Issuer: O=harbour,CN=Client CA of ada@example.org');
    expect(text).toMatch(/Basic Constraints: critical\s+CA:FALSE\n/);
    expect(text).toMatch(/X509v3 Key Usage: critical\s+Digital Signature\n/);
    expect(text).toMatch(/Extended Key Usage: \s+TLS Web Client Authentication\n/);
    expect(text).toMatch(/Alternative Name: \s+URI:urn:quaymaster:team:harbour:member:mem_1:device:dev_1\n/);
    expect(client).toMatchObject({
      subject: "CN=ada@example.org, OU=Ada's laptop, O=harbour",
      sans: ['URI:urn:quaymaster:team:harbour:member:mem_1:device:dev_1'],
    });
    expect(inspectCertificate(client.certificatePem)).toMatchObject({
      serial: client.serial,
      fingerprintSha256: client.fingerprintSha256,
      notBefore: new Date(Math.floor((now.getTime() - 300_000) / 1000) * 1000),
      notAfter: new Date(Math.floor((now.getTime() + 30 * 86_400_000) / 1000) * 1000),
      keyUsages: ['digitalSignature'],
      extendedKeyUsages: ['clientAuth'],
      isCa: false,
    });
  });

  // If anything of the request came through, a member could write another member's name, or a CA flag, into a
  // certificate that our CA signs.
  test('takes nothing from the request but its key', async () => {
    const injection = await newCsr(
      '-subj',
      '/O=rivals/OU=admins/CN=root@example.org',
      '-addext',
      'subjectAltName=URI:urn:quaymaster:team:harbour:member:mem_2:device:dev_2,DNS:localhost,IP:127.0.0.1,email:root@example.org',
      '-addext',
      'basicConstraints=critical,CA:TRUE',
      '-addext',
      'keyUsage=critical,keyCertSign',
      '-addext',
      'extendedKeyUsage=serverAuth,clientAuth,codeSigning',
      '-addext',
      'nsComment=hello',
    );
    const client = await issueClientCertificate({ ca, csrPem: injection, subject: harbour, validForDays: 30, now });
    const text = await textOf(client.certificatePem);
    expect(text).not.toMatch(/rivals|admins|root@|mem_2|localhost|127\.0\.0\.1|CA:TRUE|Server Auth|Code Signing|hello/);
    expect(text.match(/X509v3 [A-Z]/g)).toHaveLength(6);
    expect(inspectCertificate(client.certificatePem).sans).toEqual(client.sans);
    expect(client.sans).toHaveLength(1);
  });

  test('encodes odd characters in every name without letting one pose as another', async () => {
    const subject = {
      member: { id: 'm:1:device:dev_9', email: 'zoë+"o",CN=root@bücher.example' },
      device: { id: 'd/ %2F#?', name: '港 \\ laptop, OU=admins' },
      team: { slug: 'häfen' },
    };
    const client = await issueClientCertificate({ ca, csrPem: await newCsr(), subject, validForDays: 1, now });
    await textOf(client.certificatePem);
    expect(client.sans).toEqual([
      'URI:urn:quaymaster:team:h%C3%A4fen:member:m%3A1%3Adevice%3Adev_9:device:d%2F%20%252F%23%3F',
    ]);
    expect(inspectCertificate(client.certificatePem).subjectCommonName).toBe('zoë+"o",CN=root@bücher.example');
    expect(await verifyAs('sslclient')).toMatchObject({ exitCode: 0 });
  });

  test('shortens an email beyond the 64 characters of a common name, visibly', async () => {
    const subject = { ...harbour, member: { id: 'mem_1', email: `${'a'.repeat(60)}@example.org` } };
    const client = await issueClientCertificate({ ca, csrPem: await newCsr(), subject, validForDays: 1, now });
    const commonName = inspectCertificate(client.certificatePem).subjectCommonName ?? '';
    expect(commonName).toBe(`${'a'.repeat(60)}@ex…`);
    expect(Array.from(commonName)).toHaveLength(64);
  });

  test.each([
    ['member.email', { member: { id: 'm', email: 'a@b\u0000.example' } }],
    ['member.id', { member: { id: '', email: 'a@b.example' } }],
    ['device.name', { device: { id: 'd', name: 'a\r\nb' } }],
    ['device.id', { device: { id: '\ud800', name: 'd' } }],
    ['team.slug', { team: { slug: ' ' } }],
  ])('refuses a bad %s and names the field', async (field, overrides) => {
    const csrPem = await newCsr();
    const subject = { ...harbour, ...overrides };
    const refusal = await refusalOf(() => issueClientCertificate({ ca, csrPem, subject, validForDays: 1, now }));
    expect(refusal.code).toBe('input.invalid');
    expect(Object.keys(refusal.fieldErrors ?? {})).toEqual([field]);
  });

  test('is never valid longer than its CA, and an expired CA signs nothing', async () => {
    const csrPem = await newCsr();
    const shortCa = await quickCa({ validForDays: 2, now });
    const client = await issueClientCertificate({ ca: shortCa, csrPem, subject: harbour, validForDays: 30, now });
    expect(client.notAfter).toEqual(shortCa.notAfter);
    const later = new Date(shortCa.notAfter.getTime());
    const refusal = await refusalOf(() =>
      issueClientCertificate({ ca: shortCa, csrPem, subject: harbour, validForDays: 30, now: later }),
    );
    expect(refusal.code).toBe('pki.ca-expired');
  });

  test('gives a new serial each time for the same request', async () => {
    const request = { ca, csrPem: await newCsr(), subject: harbour, validForDays: 30, now };
    const [one, two] = await Promise.all([issueClientCertificate(request), issueClientCertificate(request)]);
    expect(one.serial).not.toBe(two.serial);
    expect(one.fingerprintSha256).not.toBe(two.fingerprintSha256);
  });

  test('refuses a request that is not one', async () => {
    const csrPem = ca.certificatePem;
    const refusal = await refusalOf(() =>
      issueClientCertificate({ ca, csrPem, subject: harbour, validForDays: 1, now }),
    );
    expect(refusal.code).toBe('pki.csr-invalid');
  });
});

describe('issueClientKeyPair', () => {
  test("makes the console's own certificate with the same strictness and a fitting key", async () => {
    const pair = await issueClientKeyPair({ ca, subject: harbour, keyBits: 3072, validForDays: 30, now });
    const text = await textOf(pair.certificatePem);
    expect(text).toMatch(/X509v3 Key Usage: critical\s+Digital Signature\n/);
    expect(text).toContain('Public-Key: (3072 bit)');
    expect(await verifyAs('sslclient')).toMatchObject({ exitCode: 0 });
    expect((await verifyAs('sslserver')).exitCode).not.toBe(0);
    await openssl.write('pair.key', pair.privateKeyPem);
    expect(await openssl.must('x509', '-in', 'client.pem', '-noout', '-pubkey')).toBe(
      await openssl.must('pkey', '-in', 'pair.key', '-pubout'),
    );
  });
});
