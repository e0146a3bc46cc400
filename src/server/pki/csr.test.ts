import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { parseCsr } from './csr';
import {
  bitString,
  contextTag,
  decodeDer,
  type DerNode,
  encodeDer,
  nullValue,
  objectId,
  sequence,
  unsignedInteger,
} from './der';
import { type Openssl, openOpenssl } from './openssl.test-support';
import { fromPem, quickCa, refusalOf, toPem } from './pki.test-support';

let openssl: Openssl;
let good: string;
beforeAll(async () => {
  openssl = await openOpenssl();
  good = await newCsr('-newkey', 'rsa:2048');
});
afterAll(() => openssl.remove());

const newCsr = (...args: string[]) =>
  openssl.must('req', '-new', '-nodes', '-keyout', 'k.pem', '-subj', '/CN=ada', ...args);

const label = 'CERTIFICATE REQUEST';
const keyFile = () => readFile(join(openssl.folder, 'k.pem'), 'utf8');

/** A request around any key, with a signature that cannot fit: for what is refused before the signature is looked at. */
function unsignedCsr(modulus: Buffer, exponent: Buffer): string {
  const key = encodeDer(sequence([unsignedInteger(modulus), unsignedInteger(exponent)]));
  const spki = sequence([sequence([objectId('1.2.840.113549.1.1.1'), nullValue()]), bitString(key)]);
  const info = sequence([unsignedInteger(Buffer.of(0)), sequence([]), spki, contextTag(0, [])]);
  const algorithm = sequence([objectId('1.2.840.113549.1.1.11'), nullValue()]);
  return toPem(label, encodeDer(sequence([info, algorithm, bitString(Buffer.alloc(256))])));
}

/** A request whose signature is right and whose shape may not be. */
function signedCsr({ version = 0, moreInside = [], moreOutside = [] }: CsrShape = {}): string {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spkiDer = publicKey.export({ type: 'spki', format: 'der' });
  const spki = decodeDer(spkiDer, { code: 'internal.invariant', public: 'unreadable' });
  const info = sequence([unsignedInteger(Buffer.of(version)), sequence([]), spki, contextTag(0, []), ...moreInside]);
  const signature = sign('sha256', encodeDer(info), privateKey);
  const algorithm = sequence([objectId('1.2.840.10045.4.3.2')]);
  return toPem(label, encodeDer(sequence([info, algorithm, bitString(signature), ...moreOutside])));
}

interface CsrShape {
  readonly version?: number;
  readonly moreInside?: DerNode[];
  readonly moreOutside?: DerNode[];
}

const oddModulus = (bits: number) => {
  const modulus = randomBytes(Math.ceil(bits / 8));
  modulus[0] = 1 << ((bits - 1) % 8);
  modulus[modulus.length - 1] = 0x01;
  return modulus;
};

describe('parseCsr accepts', () => {
  test.each([
    ['RSA 2048', ['rsa:2048'], { key: { kind: 'rsa', bits: 2048 }, signatureHash: 'sha256' }],
    ['RSA 3072 with SHA-512', ['rsa:3072', '-sha512'], { key: { kind: 'rsa', bits: 3072 }, signatureHash: 'sha512' }],
    [
      'P-256',
      ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
      { key: { kind: 'ec', curve: 'P-256' }, signatureHash: 'sha256' },
    ],
    [
      'P-384',
      ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384', '-sha384'],
      { key: { kind: 'ec', curve: 'P-384' }, signatureHash: 'sha384' },
    ],
  ])('%s', async (_, args, described) => {
    const csr = parseCsr(await newCsr('-newkey', ...args));
    expect(csr).toMatchObject(described);
    const spkiPem = await openssl.must('pkey', '-in', 'k.pem', '-pubout');
    expect(csr.spkiDer.equals(fromPem(spkiPem))).toBe(true);
    expect(csr.publicKeySha256).toMatch(/^[0-9A-F]{64}$/);
  });

  test('the same key twice with the same key fingerprint, another key with another', async () => {
    const first = parseCsr(await newCsr('-newkey', 'rsa:2048'));
    const again = parseCsr(await openssl.must('req', '-new', '-key', 'k.pem', '-subj', '/CN=other'));
    expect(again.publicKeySha256).toBe(first.publicKeySha256);
    expect(parseCsr(good).publicKeySha256).not.toBe(first.publicKeySha256);
  });

  test.each([
    ['CRLF line ends', (pem: string) => pem.replaceAll('\n', '\r\n')],
    ['no line end at the end', (pem: string) => pem.trimEnd()],
    ['blank lines around the block', (pem: string) => `\n\r\n ${pem}\n\n`],
    [
      'Base64 in one line',
      (pem: string) => `-----BEGIN ${label}-----\n${fromPem(pem).toString('base64')}\n-----END ${label}-----\n`,
    ],
  ])('%s', (_, change) => {
    expect(parseCsr(change(good)).key).toEqual({ kind: 'rsa', bits: 2048 });
  });

  test('the least that the standard asks for', () => {
    expect(parseCsr(signedCsr()).key).toEqual({ kind: 'ec', curve: 'P-256' });
  });

  test('an empty subject and no attributes', async () => {
    expect(parseCsr(await newCsr('-newkey', 'rsa:2048', '-subj', '/')).key.kind).toBe('rsa');
  });
});

describe('parseCsr refuses', () => {
  const corpus: [string, (pem: string) => string | Promise<string>, RegExp][] = [
    ['nothing', () => '', /no "-----BEGIN CERTIFICATE REQUEST-----" line/],
    ['plain text', () => 'hello', /no "-----BEGIN/],
    ['a certificate', async () => (await quickCa()).certificatePem, /"CERTIFICATE" block was given/],
    ['a private key', () => keyFile(), /private key was given/],
    [
      'an encrypted private key',
      () => openssl.must('pkey', '-in', 'k.pem', '-aes256', '-passout', 'pass:x'),
      /private key was given/,
    ],
    ['a request together with its key', async (pem) => pem + (await keyFile()), /private key was given/],
    ['two requests', (pem) => pem + pem, /2 blocks/],
    ['the old label', (pem) => pem.replaceAll('CERTIFICATE R', 'NEW CERTIFICATE R'), /"NEW CERTIFICATE REQUEST"/],
    ['text before the block', (pem) => `Certificate Request:\n${pem}`, /before, after or inside/],
    ['text after the block', (pem) => `${pem}tail`, /before, after or inside/],
    ['headers inside the block', (pem) => pem.replace('-----\n', '-----\nProc-Type: 4\n\n'), /before, after or inside/],
    ['a missing end line', (pem) => pem.replace(/-----END.*/s, ''), /before, after or inside/],
    ['broken Base64', (pem) => pem.replace('\nMII', '\nMI=I'), /Base64/],
    ['an empty block', () => `-----BEGIN ${label}-----\n\n-----END ${label}-----\n`, /Base64|before|cannot be read/],
    ['bytes after the request', (pem) => toPem(label, Buffer.concat([fromPem(pem), Buffer.of(0)])), /cannot be read/],
    ['a request that is cut off', (pem) => toPem(label, fromPem(pem).subarray(0, 200)), /cannot be read/],
    ['another structure', () => toPem(label, encodeDer(sequence([nullValue()]))), /not a certificate request/],
    [
      'a certificate under the label',
      async () => toPem(label, fromPem((await quickCa()).certificatePem)),
      /not a cert/,
    ],
    ['another version', () => signedCsr({ version: 1 }), /not a certificate request/],
    ['more in the signed part', () => signedCsr({ moreInside: [nullValue()] }), /not a certificate request/],
    ['more around the signed part', () => signedCsr({ moreOutside: [nullValue()] }), /not a certificate request/],
    ['an encoding that is not the one of DER', (pem) => toPem(label, withLongLength(fromPem(pem))), /cannot be read/],
    ['a wrong signature', (pem) => toPem(label, flipped(fromPem(pem), -1)), /signature .* is wrong/],
    ['a changed subject', (pem) => toPem(label, renamed(fromPem(pem))), /signature .* is wrong/],
    ['RSA 1024', () => newCsr('-newkey', 'rsa:1024'), /1024 bits; 2048 to 8192/],
    ['RSA 2047', () => unsignedCsr(oddModulus(2047), Buffer.of(1, 0, 1)), /2047 bits/],
    ['RSA 8193', () => unsignedCsr(oddModulus(8193), Buffer.of(1, 0, 1)), /8193 bits/],
    ['an RSA exponent of 3', () => newCsr('-newkey', 'rsa:2048', '-pkeyopt', 'rsa_keygen_pubexp:3'), /exponent/],
    ['an RSA exponent of 1', () => unsignedCsr(oddModulus(2048), Buffer.of(1)), /exponent/],
    ['an even RSA exponent', () => unsignedCsr(oddModulus(2048), Buffer.of(1, 0, 2)), /exponent/],
    ['a huge RSA exponent', () => unsignedCsr(oddModulus(2048), Buffer.alloc(200, 0x7f)), /exponent|cannot be read/],
    ['a SHA-1 signature', () => newCsr('-newkey', 'rsa:2048', '-sha1'), /not signed with SHA-256/],
    ['P-521', () => newCsr('-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-521'), /not accepted/],
    ['secp256k1', () => newCsr('-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:secp256k1'), /not accepted/],
    ['Ed25519', () => newCsr('-newkey', 'ed25519'), /not accepted/],
    ['an RSA-PSS key', () => newCsr('-newkey', 'rsa-pss', '-pkeyopt', 'rsa_keygen_bits:2048'), /not accepted/],
    [
      'a curve given by its parameters',
      () => newCsr('-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-pkeyopt', 'ec_param_enc:explicit'),
      /not accepted/,
    ],
    [
      'a compressed EC point',
      async () => {
        await openssl.must('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'c.pem');
        await openssl.must('ec', '-in', 'c.pem', '-conv_form', 'compressed', '-out', 'cc.pem');
        return openssl.must('req', '-new', '-key', 'cc.pem', '-subj', '/CN=x');
      },
      /uncompressed/,
    ],
  ];

  test.each(corpus)('%s', async (_, change, sentence) => {
    const pem = await change(good);
    const refusal = await refusalOf(() => parseCsr(pem));
    expect(refusal.code).toBe('pki.csr-invalid');
    expect(refusal.public).toMatch(sentence);
    expect(refusal.fieldErrors).toEqual({ csrPem: refusal.public });
  });

  test('anything over 16 KiB, before it is looked into', async () => {
    const refusal = await refusalOf(() => parseCsr(toPem(label, Buffer.alloc(13_000))));
    expect(refusal).toMatchObject({ code: 'input.too-large', fieldErrors: { csrPem: expect.any(String) as string } });
  });

  test('structures nested thousands deep, without running out of stack', async () => {
    const refusal = await refusalOf(() => parseCsr(toPem(label, nested(2000))));
    expect(refusal.code).toBe('pki.csr-invalid');
  });

  test('a private key without repeating any of it', async () => {
    const keyPem = await keyFile();
    const refusal = await refusalOf(() => parseCsr(keyPem));
    expect(JSON.stringify(refusal, Object.getOwnPropertyNames(refusal))).not.toContain(keyPem.split('\n')[1]);
  });
});

function flipped(der: Buffer, at: number): Buffer {
  const index = at < 0 ? der.length + at : at;
  der[index] = (der[index] ?? 0) ^ 1;
  return der;
}

/** The same content with a length of three bytes where two are enough, which BER allows and DER does not. */
function withLongLength(der: Buffer): Buffer {
  expect(der.subarray(0, 2)).toEqual(Buffer.of(0x30, 0x82));
  return Buffer.concat([Buffer.of(0x30, 0x83, 0x00), der.subarray(2)]);
}

const renamed = (der: Buffer): Buffer => Buffer.from(der.toString('latin1').replace('ada', 'eve'), 'latin1');

function nested(depth: number): Buffer {
  let der = Buffer.from([0x05, 0x00]);
  for (let level = 0; level < depth; level += 1) {
    const length = der.length < 128 ? Buffer.of(der.length) : Buffer.of(0x82, der.length >> 8, der.length & 255);
    der = Buffer.concat([Buffer.of(0x30), length, der]);
  }
  return der;
}
