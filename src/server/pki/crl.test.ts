import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { IssuedKeyPair } from './ca';
import { issueClientKeyPair } from './client-certificate';
import { type CrlEntry, maySignCrls, signCrl, signIndirectCrl } from './crl';
import { parseCaPair } from './import-ca';
import { openOpenssl, type Openssl } from './openssl.test-support';
import { fromPem, harbour, quickCa } from './pki.test-support';

const now = new Date(Math.floor(Date.now() / 1000) * 1000);
const hour = 3_600_000;
const later = (ms: number) => new Date(now.getTime() + ms);

let openssl: Openssl;
let rsa: IssuedKeyPair;
let ec: IssuedKeyPair;
let other: IssuedKeyPair;

const read = (name: string) => readFile(join(openssl.folder, name), 'utf8');

const clientOf = (ca: IssuedKeyPair) =>
  issueClientKeyPair({ ca, subject: harbour, keyBits: 2048, validForDays: 9, now });

async function makeEcCa(): Promise<IssuedKeyPair> {
  await openssl.must(
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -keyout k.pem -out c.pem -subj',
    '/CN=ec',
  );
  return parseCaPair({ certificatePem: await read('c.pem'), keyPem: await read('k.pem'), now: later(1000) });
}

beforeAll(async () => {
  [openssl, rsa, other] = await Promise.all([openOpenssl(), quickCa(), quickCa({ commonName: 'Other CA' })]);
  ec = await makeEcCa();
});
afterAll(() => openssl.remove());

const frame = (ca: IssuedKeyPair, number = 1n) => ({ ca, number, thisUpdate: now, nextUpdate: later(hour) });

const entryOf = (certificate: { serial: string }, reason: CrlEntry['reason'] = 'keyCompromise'): CrlEntry => ({
  serial: certificate.serial,
  since: now,
  reason,
});

describe.each([
  ['an RSA CA', () => rsa],
  ['an EC CA', () => ec],
])('the list of %s', (_kind, caOf) => {
  test('lets openssl refuse the revoked certificate and the one on hold, and accept the live one', async () => {
    const ca = caOf();
    const [revoked, held, live] = await Promise.all([clientOf(ca), clientOf(ca), clientOf(ca)]);
    const crl = await signCrl(frame(ca), [entryOf(revoked), entryOf(held, 'certificateHold')]);
    await openssl.write('ca.pem', ca.certificatePem);
    await openssl.write('crl.pem', crl.pem);
    await openssl.write('crl.der', crl.der);
    expect((await openssl.run('crl -in crl.pem -CAfile ca.pem -noout -verify')).output).toContain('verify OK');
    const verify = async (certificate: IssuedKeyPair) => {
      await openssl.write('client.pem', certificate.certificatePem);
      const at = Math.floor(later(1000).getTime() / 1000);
      return (await openssl.run(`verify -attime ${at} -crl_check -CAfile ca.pem -CRLfile crl.pem client.pem`)).output;
    };
    expect(await verify(revoked)).toContain('certificate revoked');
    expect(await verify(held)).toContain('certificate revoked');
    expect(await verify(live)).toContain('client.pem: OK');
  });

  test('is refused when a byte of it was changed, or another CA is said to have signed it', async () => {
    const ca = caOf();
    const { der } = await signCrl(frame(ca), [entryOf(await clientOf(ca))]);
    const at = der.indexOf(Buffer.from('0a0101', 'hex'));
    expect(at).toBeGreaterThan(0);
    const changed = Buffer.from(der);
    changed[at + 2] = 4;
    await openssl.write('ca.pem', ca.certificatePem);
    await openssl.write('other.pem', other.certificatePem);
    await openssl.write('changed.der', changed);
    await openssl.write('crl.der', der);
    const verify = (name: string, by: string) =>
      openssl.run(`crl -inform DER -in ${name} -CAfile ${by} -noout -verify`);
    expect((await verify('changed.der', 'ca.pem')).output).toContain('verify failure');
    expect((await verify('crl.der', 'other.pem')).output).not.toContain('verify OK');
  });
});

test('carries number, key identifier, dates and reasons as openssl reads them', async () => {
  const [first, second] = await Promise.all([clientOf(rsa), clientOf(rsa)]);
  const crl = await signCrl(frame(rsa, 1_795_000_000_123n), [
    entryOf(first, 'unspecified'),
    entryOf(second, 'privilegeWithdrawn'),
  ]);
  await openssl.write('crl.der', crl.der);
  const text = await openssl.must('crl -inform DER -in crl.der -noout -text -crlnumber -nextupdate');
  expect(text).toContain('Version 2 (0x1)');
  expect(text).toContain(`crlNumber=0x${1_795_000_000_123n.toString(16).toUpperCase().padStart(12, '0')}`);
  expect(text).toMatch(/X509v3 Authority Key Identifier/);
  expect(text).toContain('Privilege Withdrawn');
  expect(text.match(/CRL entry extensions/g)).toHaveLength(1);
  const next = /nextUpdate=(.*)/.exec(text)?.[1] ?? '';
  expect(new Date(next)).toEqual(later(hour));
});

test('an empty list is one that openssl verifies', async () => {
  const crl = await signCrl(frame(rsa), []);
  await openssl.write('ca.pem', rsa.certificatePem);
  await openssl.write('crl.pem', crl.pem);
  expect(fromPem(crl.pem)).toEqual(crl.der);
  expect((await openssl.run('crl -in crl.pem -CAfile ca.pem -noout -verify')).output).toContain('verify OK');
  expect(await openssl.must('crl -in crl.pem -noout -text')).toContain('No Revoked Certificates');
});

test('an indirect list names the CA of every entry, critically, and is signed by the one given', async () => {
  const [mine, theirs] = await Promise.all([clientOf(rsa), clientOf(other)]);
  const crl = await signIndirectCrl(frame(other), [
    { issuerPem: rsa.certificatePem, entries: [entryOf(mine)] },
    { issuerPem: other.certificatePem, entries: [entryOf(theirs, 'certificateHold')] },
    { issuerPem: ec.certificatePem, entries: [] },
  ]);
  await openssl.write('crl.der', crl.der);
  await openssl.write('ca.pem', other.certificatePem);
  expect((await openssl.run('crl -inform DER -in crl.der -CAfile ca.pem -noout -verify')).output).toContain(
    'verify OK',
  );
  const text = await openssl.must('crl -inform DER -in crl.der -noout -text');
  expect(text).toMatch(/Issuing Distribution Point: critical\s+Indirect CRL/);
  const entries = text.split('Serial Number: ').slice(1);
  expect(entries[0]).toContain(mine.serial);
  expect(entries[0]).toMatch(/Certificate Issuer: critical\s+DirName:.*harbour.*Engine CA/);
  expect(entries[1]).toContain(theirs.serial);
  expect(entries[1]).toMatch(/Certificate Issuer: critical\s+DirName:.*harbour.*Other CA/);
  expect(entries[1]).toContain('Certificate Hold');
});

test('a CA of Docker Machine may not sign lists', async () => {
  await openssl.must(
    'req -x509 -newkey rsa:2048 -nodes -days 30 -keyout k.pem -out c.pem -subj /O=ana -addext keyUsage=keyCertSign',
  );
  expect(maySignCrls(await read('c.pem'))).toBe(false);
  expect(maySignCrls(rsa.certificatePem)).toBe(true);
});
