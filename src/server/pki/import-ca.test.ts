import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { IssuedKeyPair } from './ca';
import { issueClientKeyPair } from './client-certificate';
import { parseCaPair } from './import-ca';
import { openOpenssl, type Openssl } from './openssl.test-support';
import { fromPem, harbour, quickCa, refusalOf, toPem } from './pki.test-support';
import { issueServerCertificate } from './server-certificate';

let openssl: Openssl;
let ours: IssuedKeyPair;
let other: IssuedKeyPair;
const now = new Date();
beforeAll(async () => {
  [openssl, ours, other] = await Promise.all([openOpenssl(), quickCa(), quickCa()]);
});
afterAll(() => openssl.remove());

const read = (name: string) => readFile(`${openssl.folder}/${name}`, 'utf8');

interface Made {
  readonly certificatePem: string;
  readonly keyPem: string;
}

const asOurs = (): Made => ({ certificatePem: ours.certificatePem, keyPem: ours.privateKeyPem });

/** A CA as openssl makes it: kind of key ("rsa:2048"), extensions as `req -addext` takes them. */
async function foreignCa(
  newkey: string,
  extensions: readonly string[] = [],
  subject = '/O=harbour/CN=old',
): Promise<Made> {
  const added = ['basicConstraints=critical,CA:TRUE', ...extensions];
  await openssl.write('req.cnf', `[req]\ndistinguished_name=dn\nx509_extensions=v3\n[dn]\n[v3]\n${added.join('\n')}\n`);
  const pkeyopt = newkey.startsWith('ec:')
    ? ['-newkey', 'ec', '-pkeyopt', `ec_paramgen_curve:${newkey.slice(3)}`]
    : ['-newkey', newkey];
  await openssl.must(
    'req -x509 -nodes -config req.cnf -days 30 -keyout ca-key.pem -out ca.pem -subj',
    subject,
    ...pkeyopt,
  );
  return { certificatePem: await read('ca.pem'), keyPem: await read('ca-key.pem') };
}

describe('a CA pair that is brought along', () => {
  test("Docker Machine's: no common name, no subject key identifier, no cRLSign, a PKCS#1 key", async () => {
    const made = await foreignCa(
      'rsa:2048',
      ['keyUsage=digitalSignature,keyEncipherment,keyAgreement,keyCertSign', 'subjectKeyIdentifier=none'],
      '/O=ana.harbour',
    );
    await openssl.write('p8.pem', made.keyPem);
    await openssl.must('rsa -traditional -in p8.pem -out p1.pem');
    const keyPem = await read('p1.pem');
    expect(keyPem).toContain('BEGIN RSA PRIVATE KEY');
    const ca = parseCaPair({ certificatePem: made.certificatePem, keyPem, now });
    expect(ca.subject).toBe('O=ana.harbour');
    const server = await issueServerCertificate({
      ca,
      commonName: 'edge-1',
      sans: ['localhost'],
      keyBits: 2048,
      validForDays: 9,
      now,
    });
    await openssl.write('root.pem', ca.certificatePem);
    await openssl.write('server.pem', server.certificatePem);
    expect((await openssl.run('verify -purpose sslserver -CAfile root.pem server.pem')).output).toContain('OK');
  });

  test.each(['P-256', 'P-384'])('an EC one on %s signs certificates that openssl accepts', async (curve) => {
    const ca = parseCaPair({ ...(await foreignCa(`ec:${curve}`)), now });
    const client = await issueClientKeyPair({ ca, subject: harbour, keyBits: 2048, validForDays: 9, now });
    await openssl.write('root.pem', ca.certificatePem);
    await openssl.write('client.pem', client.certificatePem);
    expect((await openssl.run('verify -purpose sslclient -CAfile root.pem client.pem')).output).toContain('OK');
  });

  test('a SEC 1 key with its curve before it', async () => {
    const made = await foreignCa('ec:P-256');
    await openssl.write('p8.pem', made.keyPem);
    await openssl.must('ec -in p8.pem -out sec1.pem');
    const curve = await openssl.must('ecparam -name prime256v1');
    const keyPem = `${curve}${await read('sec1.pem')}`;
    expect(parseCaPair({ ...made, keyPem, now }).privateKeyPem).toContain('BEGIN PRIVATE KEY');
  });

  describe.each([
    ['PKCS#8, PBKDF2', 'pkcs8 -topk8 -v2 aes-256-cbc'],
    ['PKCS#8, scrypt', 'pkcs8 -topk8 -scrypt'],
    ["openssl's older form", 'rsa -traditional -aes128'],
  ])('an encrypted key (%s)', (_form, command) => {
    let keyPem: string;
    beforeAll(async () => {
      await openssl.write('plain.pem', ours.privateKeyPem);
      await openssl.must(`${command} -in plain.pem -out locked.pem -passout pass:tide`);
      keyPem = await read('locked.pem');
    });

    test('opens with its passphrase, and is handed on without one', () => {
      expect(parseCaPair({ ...asOurs(), keyPem, passphrase: 'tide', now }).privateKeyPem).toBe(ours.privateKeyPem);
    });

    test('asks for the passphrase at its field', async () => {
      const refused = await refusalOf(() => parseCaPair({ ...asOurs(), keyPem, now }));
      expect(refused.code).toBe('pki.key-invalid');
      expect(refused.fieldErrors?.['passphrase']).toContain('encrypted');
    });

    test('says that the passphrase is wrong, and repeats neither', async () => {
      const refused = await refusalOf(() => parseCaPair({ ...asOurs(), keyPem, passphrase: 'ebb-and-flow', now }));
      expect(refused.code).toBe('pki.key-invalid');
      expect(refused.fieldErrors?.['passphrase']).toContain('wrong');
      expect(JSON.stringify(refused)).not.toContain('ebb-and-flow');
    });
  });

  test('a file that asks for hours of work is refused before any of it is done', async () => {
    await openssl.write('plain.pem', ours.privateKeyPem);
    await openssl.must('pkcs8 -topk8 -v2 aes-256-cbc -iter 70000 -in plain.pem -out locked.pem -passout pass:tide');
    const der = fromPem(await read('locked.pem'));
    // The 70,000 rounds as a DER integer, made to 8,388,607: the lengths around it stay right.
    const at = der.indexOf(Buffer.from('0203011170', 'hex'));
    expect(at).toBeGreaterThan(0);
    der.set([0x02, 0x03, 0x7f, 0xff, 0xff], at);
    const keyPem = toPem('ENCRYPTED PRIVATE KEY', der);
    const refused = await refusalOf(() => parseCaPair({ ...asOurs(), keyPem, passphrase: 'tide', now }));
    expect(refused.public).toContain('too much work');
  });

  test.each<[string, () => Made | Promise<Made>, string, string]>([
    ["another CA's key", () => ({ ...asOurs(), keyPem: other.privateKeyPem }), 'pki.key-invalid', 'keyPem'],
    ['the certificate as key', () => ({ ...asOurs(), keyPem: ours.certificatePem }), 'pki.key-invalid', 'keyPem'],
    [
      'the key as certificate',
      () => ({ ...asOurs(), certificatePem: ours.privateKeyPem }),
      'pki.certificate-invalid',
      'certificatePem',
    ],
    [
      'two keys',
      () => ({ ...asOurs(), keyPem: ours.privateKeyPem + other.privateKeyPem }),
      'pki.key-invalid',
      'keyPem',
    ],
    ['text after the key', () => ({ ...asOurs(), keyPem: `${ours.privateKeyPem}hello` }), 'pki.key-invalid', 'keyPem'],
    [
      'a NUL in the key',
      () => ({ ...asOurs(), keyPem: ours.privateKeyPem.replace('\n', '\n\0') }),
      'pki.key-invalid',
      'keyPem',
    ],
    ['a huge key file', () => ({ ...asOurs(), keyPem: 'A'.repeat(20_000) }), 'input.too-large', 'keyPem'],
    [
      'two certificates',
      () => ({ ...asOurs(), certificatePem: ours.certificatePem + other.certificatePem }),
      'pki.certificate-invalid',
      'certificatePem',
    ],
    ['RSA of 1024 bits', () => foreignCa('rsa:1024'), 'pki.certificate-invalid', 'certificatePem'],
    ['another curve', () => foreignCa('ec:secp521r1'), 'pki.certificate-invalid', 'certificatePem'],
    [
      'a CA that may not sign certificates',
      () => foreignCa('rsa:2048', ['keyUsage=digitalSignature']),
      'pki.certificate-invalid',
      'certificatePem',
    ],
    [
      'a CA for servers alone',
      () => foreignCa('rsa:2048', ['extendedKeyUsage=serverAuth']),
      'pki.certificate-invalid',
      'certificatePem',
    ],
    [
      'a CA for some names',
      () => foreignCa('rsa:2048', ['nameConstraints=critical,permitted;DNS:example.org']),
      'pki.certificate-invalid',
      'certificatePem',
    ],
    [
      'a control character in its name',
      () => foreignCa('rsa:2048', [], '/O=a\u0007b'),
      'input.invalid',
      'certificatePem',
    ],
  ])('%s is refused at its field', async (_what, make, code, field) => {
    const made = await make();
    const refused = await refusalOf(() => parseCaPair({ ...made, now }));
    expect(refused.code).toBe(code);
    expect(Object.keys(refused.fieldErrors ?? {})).toEqual([field]);
    expect(JSON.stringify(refused)).not.toContain(made.keyPem.slice(40, 90));
  });

  test('one that is no CA, one that is not self-signed, an expired and a future one', async () => {
    const leaf = await issueClientKeyPair({ ca: ours, subject: harbour, keyBits: 2048, validForDays: 9, now });
    const asCa = { certificatePem: leaf.certificatePem, keyPem: leaf.privateKeyPem, now };
    expect((await refusalOf(() => parseCaPair(asCa))).public).toContain('not a CA');
    const expired = new Date(ours.notAfter.getTime() + 1);
    expect((await refusalOf(() => parseCaPair({ ...asOurs(), now: expired }))).code).toBe('pki.ca-expired');
    const early = new Date(ours.notBefore.getTime() - 86_400_000);
    expect((await refusalOf(() => parseCaPair({ ...asOurs(), now: early }))).code).toBe('pki.certificate-invalid');
    await openssl.write('root.pem', ours.certificatePem);
    await openssl.write('root-key.pem', ours.privateKeyPem);
    await openssl.write('sub.cnf', 'basicConstraints=critical,CA:TRUE\n');
    await openssl.must('req -newkey rsa:2048 -nodes -keyout sub-key.pem -out sub.csr -subj /CN=sub');
    await openssl.must('x509 -req -in sub.csr -CA root.pem -CAkey root-key.pem -extfile sub.cnf -out sub.pem');
    const sub = { certificatePem: await read('sub.pem'), keyPem: await read('sub-key.pem'), now };
    expect((await refusalOf(() => parseCaPair(sub))).public).toContain('not self-signed');
  });
});
