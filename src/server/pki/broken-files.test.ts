import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createKeyAndRequest } from '@/lib/csr/webcrypto-request';
import { AppError } from '@/server/errors/app-error';

import { issueClientCertificate } from './client-certificate';
import { parseCsr } from './csr';
import { parseCaPair } from './import-ca';
import { inspectCertificate } from './inspect';
import { openOpenssl, type Openssl } from './openssl.test-support';
import { fromPem, harbour, quickCa, toPem } from './pki.test-support';

// What people and attackers upload. Each file is either refused in words that stand at its field, or read for what it is.

const now = new Date();
let openssl: Openssl;
let csr: Buffer;
let ca: Awaited<ReturnType<typeof quickCa>>;
let lockedKey: string;

beforeAll(async () => {
  [openssl, ca] = await Promise.all([openOpenssl(), quickCa()]);
  csr = fromPem((await createKeyAndRequest({ commonName: 'ana', bits: 2048 })).csrPem);
  await openssl.write('plain.pem', ca.privateKeyPem);
  await openssl.must('pkcs8 -topk8 -v2 aes-256-cbc -in plain.pem -out locked.pem -passout pass:tide');
  lockedKey = await readFile(join(openssl.folder, 'locked.pem'), 'utf8');
});
afterAll(() => openssl.remove());

const csrPem = (der: Uint8Array = csr) => toPem('CERTIFICATE REQUEST', der);

/** A DER element with its length in as few bytes as it needs. */
function element(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.of(tag, ...head), content]);
}

const nested = (levels: number): Buffer => {
  let der: Buffer = Buffer.alloc(0);
  for (let level = 0; level < levels; level++) der = element(0x30, der);
  return der;
};

/** The same in BER: a sequence without a length, ended by two zero bytes. */
const withIndefiniteLength = (der: Buffer): Buffer =>
  Buffer.concat([Buffer.of(0x30, 0x80), der.subarray(4), Buffer.of(0, 0)]);

const flipped = (der: Buffer, at: number): Buffer => {
  const copy = Buffer.from(der);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
};

interface Refusal {
  readonly code: string;
  readonly fields: readonly string[];
  readonly text: string;
}

function refusalOf(read: () => unknown): Refusal | null {
  try {
    read();
    return null;
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    return { code: thrown.code, fields: Object.keys(thrown.fieldErrors ?? {}), text: JSON.stringify(thrown) };
  }
}

const brokenDer: readonly [string, (der: Buffer) => Buffer][] = [
  ['a wrong signature', (der) => flipped(der, der.length - 1)],
  ['a change in what is signed', (der) => flipped(der, 40)],
  ['an indefinite length (BER)', withIndefiniteLength],
  ['a length in more bytes than it needs', (der) => Buffer.concat([Buffer.of(0x30, 0x83, 0), der.subarray(2)])],
  ['data behind it', (der) => Buffer.concat([der, Buffer.of(0)])],
  ['its end cut off', (der) => der.subarray(0, -20)],
  ['a length of four gigabytes', () => Buffer.from('3084ffffffff0201', 'hex')],
  ['two thousand sequences in each other', () => nested(2000)],
  ['one empty sequence', () => element(0x30, Buffer.alloc(0))],
  ['only zero bytes', (der) => Buffer.alloc(der.length)],
];

const brokenPem: readonly [string, (pem: string) => string][] = [
  ['twice the same block', (pem) => pem + pem],
  ['text behind the block', (pem) => `${pem}hello\n`],
  ['text before the block', (pem) => `Bag Attributes\n${pem}`],
  ['NUL bytes in the text', (pem) => pem.replace('\n', '\n\0')],
  ['NUL bytes behind the block', (pem) => `${pem}\0\0`],
  ['a header inside the block', (pem) => pem.replace('\n', '\nComment: x\n\n')],
  ['another label at its end', (pem) => pem.replace(/-----END [A-Z ]+-----/, '-----END PUBLIC KEY-----')],
  ['no line ends', (pem) => pem.replaceAll('\n', '')],
  ['nothing', () => ''],
];

describe('a broken certificate request', () => {
  test.each(brokenDer)('with %s is refused at its field', (_what, breaking) => {
    expect(refusalOf(() => parseCsr(csrPem(breaking(csr))))).toMatchObject({
      code: 'pki.csr-invalid',
      fields: ['csrPem'],
    });
  });

  test.each(brokenPem)('with %s is refused at its field', (_what, breaking) => {
    expect(refusalOf(() => parseCsr(breaking(csrPem())))).toMatchObject({
      code: 'pki.csr-invalid',
      fields: ['csrPem'],
    });
  });

  test('of an absurd size is refused before it is read', () => {
    const refused = refusalOf(() => parseCsr(csrPem(nested(6000))));
    expect(refused).toMatchObject({ code: 'input.too-large', fields: ['csrPem'] });
  });

  test.each([
    ['RSA of 1024 bits', 'rsa:1024'],
    ['RSA of 512 bits', 'rsa:512'],
  ])('with %s is refused', async (_what, newkey) => {
    const pem = await openssl.must(`req -newkey ${newkey} -nodes -keyout weak.pem -subj /CN=x`);
    expect(refusalOf(() => parseCsr(pem))).toMatchObject({ code: 'pki.csr-invalid' });
  });
});

test('whatever a request asks for, its certificate names the member, and nothing else', async () => {
  await openssl.write(
    'greedy.cnf',
    [
      '[req]',
      'distinguished_name=dn',
      'req_extensions=v3',
      'prompt=no',
      '[dn]',
      'CN=owner@example.org',
      'O=other-team',
      '[v3]',
      'basicConstraints=critical,CA:TRUE',
      'keyUsage=keyCertSign,cRLSign',
      'extendedKeyUsage=serverAuth,anyExtendedKeyUsage',
      'subjectAltName=DNS:engine.example.org,URI:urn:quaymaster:team:x:member:y:device:z,email:owner@example.org',
    ].join('\n'),
  );
  const asked = await openssl.must('req -newkey rsa:2048 -nodes -keyout greedy.pem -config greedy.cnf');
  const { certificatePem } = await issueClientCertificate({
    ca,
    csrPem: asked,
    subject: harbour,
    validForDays: 1,
    now,
  });
  const given = inspectCertificate(certificatePem);
  expect(given).toMatchObject({
    subjectCommonName: 'ada@example.org',
    subjectOrganization: 'harbour',
    isCa: false,
    keyUsages: ['digitalSignature'],
    extendedKeyUsages: ['clientAuth'],
    sans: ['URI:urn:quaymaster:team:harbour:member:mem_1:device:dev_1'],
  });
  expect(fromPem(certificatePem).includes('owner@example.org')).toBe(false);
  expect(fromPem(certificatePem).includes('engine.example.org')).toBe(false);
});

describe('a broken CA to import', () => {
  const importing = (change: { certificatePem?: string; keyPem?: string; passphrase?: string }) =>
    refusalOf(() => parseCaPair({ certificatePem: ca.certificatePem, keyPem: ca.privateKeyPem, now, ...change }));

  test.each(brokenDer)('whose certificate has %s is refused at its field', (_what, breaking) => {
    const certificatePem = toPem('CERTIFICATE', breaking(fromPem(ca.certificatePem)));
    expect(importing({ certificatePem })).toMatchObject({
      code: 'pki.certificate-invalid',
      fields: ['certificatePem'],
    });
  });

  test.each(brokenPem)('whose key has %s is refused at its field, and not repeated', (_what, breaking) => {
    const refused = importing({ keyPem: breaking(ca.privateKeyPem) });
    expect(refused).toMatchObject({ code: 'pki.key-invalid', fields: ['keyPem'] });
    expect(refused?.text).not.toContain(ca.privateKeyPem.slice(100, 140));
  });

  test.each([
    ['an indefinite length (BER)', withIndefiniteLength],
    ['its end cut off', (der: Buffer) => der.subarray(0, -20)],
    ['two thousand sequences in each other', () => nested(2000)],
    ['a length of four gigabytes', () => Buffer.from('3084ffffffff0201', 'hex')],
  ])('whose encrypted key has %s is refused', (_what, breaking) => {
    const keyPem = toPem('ENCRYPTED PRIVATE KEY', breaking(fromPem(lockedKey)));
    expect(importing({ keyPem, passphrase: 'tide' })?.code).toBe('pki.key-invalid');
  });

  // The public half stays right, and OpenSSL signs with what is left, so only arithmetic tells.
  test('whose key has a damaged private half is refused', async () => {
    const components = await openssl.must('rsa -in plain.pem -traditional');
    const der = fromPem(components);
    for (const at of [der.length - 20, der.length - 200, 350, 400, 500, 650, 800, 950]) {
      const keyPem = toPem('RSA PRIVATE KEY', flipped(der, at));
      expect(importing({ keyPem })?.code).toBe('pki.key-invalid');
    }
  });

  test('any edit of either file is read for what it is or refused by our own codes', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 4 });
    const files = fc.constantFrom('certificatePem', 'keyPem', 'lockedKey');
    fc.assert(
      fc.property(files, fc.nat(), bytes, (file, at, inserted) => {
        const key = file === 'lockedKey' ? lockedKey : ca.privateKeyPem;
        const der = fromPem(file === 'certificatePem' ? ca.certificatePem : key);
        const index = at % der.length;
        const edited = Buffer.concat([der.subarray(0, index), inserted, der.subarray(index + inserted.length)]);
        const refused =
          file === 'certificatePem'
            ? importing({ certificatePem: toPem('CERTIFICATE', edited) })
            : importing({
                keyPem: toPem(file === 'lockedKey' ? 'ENCRYPTED PRIVATE KEY' : 'PRIVATE KEY', edited),
                passphrase: 'tide',
              });
        expect(refused?.code ?? 'read').toMatch(/^(read|(pki|input)\.[a-z-]+)$/);
      }),
      { numRuns: 400 },
    );
  });
});
