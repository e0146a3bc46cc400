import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { IssuedKeyPair } from './ca';
import { issueClientKeyPair } from './client-certificate';
import { inspectCertificate } from './inspect';
import { type Openssl, openOpenssl } from './openssl.test-support';
import { harbour, quickCa, refusalOf } from './pki.test-support';
import { issueServerCertificate, type ServerCertificateRequest } from './server-certificate';

let openssl: Openssl;
let ca: IssuedKeyPair;
const now = new Date();
beforeAll(async () => {
  openssl = await openOpenssl();
  ca = await quickCa();
});
afterAll(() => openssl.remove());

const issue = (overrides: Partial<ServerCertificateRequest> = {}) =>
  issueServerCertificate({
    ca,
    commonName: 'edge-1',
    sans: ['edge-1.example.org', '192.0.2.7', 'localhost'],
    keyBits: 2048,
    validForDays: 365,
    now,
    ...overrides,
  });

describe('issueServerCertificate', () => {
  test('openssl accepts it as a server and refuses it as a client and as a CA', async () => {
    const server = await issue();
    await openssl.write('ca.pem', ca.certificatePem);
    await openssl.write('server.pem', server.certificatePem);
    const verify = (purpose: string) =>
      openssl.run('verify', '-x509_strict', '-purpose', purpose, '-CAfile', 'ca.pem', 'server.pem');
    expect(await verify('sslserver')).toMatchObject({ exitCode: 0, output: 'server.pem: OK\n' });
    expect((await verify('sslclient')).output).toContain('unsuitable certificate purpose');
    expect((await verify('crlsign')).output).toContain('unsuitable certificate purpose');
  });

  test('carries strict usages, the identifiers of both keys and the names in their right types', async () => {
    const server = await issue({ sans: ['EDGE-1.example.org', '192.0.2.7', '[2001:db8::1]', 'localhost'] });
    await openssl.write('text.pem', server.certificatePem);
    const text = await openssl.must('x509', '-in', 'text.pem', '-noout', '-text', '-nameopt', 'utf8,sep_comma_plus');
    expect(text).toContain('Issuer: O=harbour,CN=Engine CA');
    expect(text).toContain('Subject: O=harbour,CN=edge-1');
    expect(text).toMatch(/Basic Constraints: critical\s+CA:FALSE\n/);
    expect(text).toMatch(/Key Usage: critical\s+Digital Signature, Key Encipherment\n/);
    expect(text).toMatch(/Extended Key Usage: \s+TLS Web Server Authentication\n/);
    expect(text).toMatch(
      /Alternative Name: \s+DNS:edge-1.example.org, IP Address:192.0.2.7, IP Address:2001:DB8:0:0:0:0:0:1, DNS:localhost\n/,
    );
    expect(server.sans).toEqual(['DNS:edge-1.example.org', 'IP:192.0.2.7', 'IP:2001:db8::1', 'DNS:localhost']);
    expect(inspectCertificate(server.certificatePem).sans).toEqual(server.sans);
    const caId = await openssl.must('x509', '-in', await openssl.write('ca.pem', ca.certificatePem), '-noout', '-text');
    const subjectKeyId = /Subject Key Identifier: \s+([0-9A-F:]+)/.exec(caId)?.[1];
    expect(/Authority Key Identifier: \s+([0-9A-F:]+)/.exec(text)?.[1]).toBe(subjectKeyId);
  });

  test('leaves out doubles that differ in case, brackets, final dot or notation', async () => {
    const server = await issue({
      sans: ['Host.example.org', 'host.example.org.', '::1', '[0:0:0:0:0:0:0:1]', '10.0.0.1', '::ffff:10.0.0.1'],
    });
    expect(server.sans).toEqual(['DNS:host.example.org', 'IP:::1', 'IP:10.0.0.1']);
  });

  test('is never valid longer than its CA', async () => {
    const shortCa = await quickCa({ validForDays: 10, now });
    const server = await issue({ ca: shortCa, validForDays: 365 });
    expect(server.notAfter).toEqual(shortCa.notAfter);
    expect(inspectCertificate(server.certificatePem).notAfter).toEqual(shortCa.notAfter);
  });

  test('is never valid earlier than its CA, although it is back-dated', async () => {
    const laterCa = await quickCa({ now: new Date(now.getTime() + 3 * 60_000) });
    expect((await issue({ ca: laterCa })).notBefore).toEqual(laterCa.notBefore);
  });

  test('refuses to sign with an expired CA and says when it expired', async () => {
    const oldCa = await quickCa({ now: new Date('2020-01-01T00:00:00Z'), validForDays: 30 });
    const refusal = await refusalOf(() => issue({ ca: oldCa }));
    expect(refusal.code).toBe('pki.ca-expired');
    expect(refusal.public).toContain('2020-01-31T00:00:00.000Z');
  });

  test('refuses an empty list of names', async () => {
    expect((await refusalOf(() => issue({ sans: [] }))).code).toBe('pki.san-empty');
  });

  test('refuses a bad name and names its place in the list', async () => {
    const refusal = await refusalOf(() => issue({ sans: ['localhost', 'not a name'] }));
    expect(refusal).toMatchObject({ code: 'input.invalid' });
    expect(Object.keys(refusal.fieldErrors ?? {})).toEqual(['sans.1']);
  });

  test('refuses to sign with a certificate that is no CA', async () => {
    const leaf = await issueClientKeyPair({ ca, subject: harbour, keyBits: 2048, validForDays: 1, now });
    expect((await refusalOf(() => issue({ ca: leaf }))).code).toBe('pki.certificate-invalid');
  });

  test.each([
    ['of another CA', async () => (await quickCa()).privateKeyPem],
    ['that is no key', async () => 'nonsense'],
    [
      'under a passphrase',
      async () => {
        await openssl.write('plain.pem', ca.privateKeyPem);
        return openssl.must('pkey', '-in', 'plain.pem', '-aes256', '-passout', 'pass:secret');
      },
    ],
    ['on a curve', () => openssl.must('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256')],
  ])('refuses a signing key %s without repeating it', async (_, key) => {
    const privateKeyPem = await key();
    const refusal = await refusalOf(() => issue({ ca: { certificatePem: ca.certificatePem, privateKeyPem } }));
    expect(refusal.code).toBe('pki.key-invalid');
    const told = `${refusal.message} ${refusal.internal} ${String(refusal.cause)}`;
    expect(told).not.toContain(privateKeyPem.split('\n')[1] || 'nonsense');
  });

  test('signs with a CA that Docker Machine made: organisation only, PKCS#1 key', async () => {
    await openssl.must(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      '/O=ada',
      '-days',
      '1080',
      '-keyout',
      'dm.key',
      '-out',
      'dm.pem',
      '-addext',
      'keyUsage=critical,keyCertSign,digitalSignature,keyEncipherment,keyAgreement',
    );
    const oldCa = {
      certificatePem: await openssl.must('x509', '-in', 'dm.pem'),
      privateKeyPem: await openssl.must('rsa', '-in', 'dm.key', '-traditional'),
    };
    expect(oldCa.privateKeyPem).toContain('BEGIN RSA PRIVATE KEY');
    const server = await issue({ ca: oldCa });
    await openssl.write('server.pem', server.certificatePem);
    const verified = await openssl.run('verify', '-purpose', 'sslserver', '-CAfile', 'dm.pem', 'server.pem');
    expect(verified.output).toBe('server.pem: OK\n');
  });

  test('names the CA that signed, not the one above it', async () => {
    await openssl.write('root.pem', ca.certificatePem);
    await openssl.write('root.key', ca.privateKeyPem);
    await openssl.write('ca.ext', 'basicConstraints=critical,CA:TRUE');
    await openssl.must('req -new -newkey rsa:2048 -nodes -keyout sub.key -subj /O=harbour/CN=Sub -out sub.csr');
    await openssl.must('x509 -req -in sub.csr -CA root.pem -CAkey root.key -days 9 -extfile ca.ext -out sub.pem');
    const sub = {
      certificatePem: await openssl.must('x509 -in sub.pem'),
      privateKeyPem: await openssl.must('pkey -in sub.key'),
    };
    const server = await issue({ ca: sub });
    expect(inspectCertificate(server.certificatePem).issuerCommonName).toBe('Sub');
    await openssl.write('leaf.pem', server.certificatePem);
    const verified = await openssl.run('verify -partial_chain -purpose sslserver -CAfile sub.pem leaf.pem');
    expect(verified.output).toBe('leaf.pem: OK\n');
  });

  test('copies the name of the CA in the encoding that the CA used', async () => {
    await openssl.write(
      'req.cnf',
      '[req]\nstring_mask = nombstr\ndistinguished_name = dn\nx509_extensions = v3\nprompt = no\n[dn]\nO = Old team\nCN = Old CA\n[v3]\nbasicConstraints = critical,CA:TRUE\n',
    );
    await openssl.must(
      'req',
      '-x509',
      '-config',
      'req.cnf',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'old.key',
      '-out',
      'old.pem',
    );
    expect(await openssl.must('asn1parse', '-in', 'old.pem')).toContain('PRINTABLESTRING');
    const server = await issue({
      ca: {
        certificatePem: await openssl.must('x509', '-in', 'old.pem'),
        privateKeyPem: await openssl.must('pkey', '-in', 'old.key'),
      },
    });
    const parsed = await openssl.must('asn1parse', '-in', await openssl.write('copy.pem', server.certificatePem));
    expect(parsed).toMatch(/PRINTABLESTRING +:Old CA/);
    const verified = await openssl.run('verify', '-purpose', 'sslserver', '-CAfile', 'old.pem', 'copy.pem');
    expect(verified.output).toBe('copy.pem: OK\n');
  });
});
