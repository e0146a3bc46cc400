import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';

import { createKeyAndRequest } from '@/lib/csr/webcrypto-request';
import { AppError } from '@/server/errors/app-error';

import { parseClientUri } from './client-uri';
import { parseCsr } from './csr';
import { fingerprint, inspectCertificate } from './inspect';
import { fromPem, quickCa, toPem } from './pki.test-support';
import { issueServerCertificate } from './server-certificate';
import { parseHostNames } from './subject-alternative-names';
import { chainToTrustFile } from './trust-file';

/** Whatever arrives, the answer is a result or one of our own refusals: a TypeError would reach people as "internal". */
const allowed = /^(result|(pki|input)\.[a-z-]+)$/;

function outcomeOf(action: () => unknown): string {
  try {
    action();
    return 'result';
  } catch (thrown) {
    return thrown instanceof AppError ? thrown.code : String(thrown);
  }
}

const kinds = {
  csr: { label: 'CERTIFICATE REQUEST', read: parseCsr },
  certificate: { label: 'CERTIFICATE', read: inspectCertificate },
} as const;

const seeds: Record<keyof typeof kinds, Buffer> = { csr: Buffer.alloc(0), certificate: Buffer.alloc(0) };
beforeAll(async () => {
  const ca = await quickCa();
  const server = await issueServerCertificate({
    ca,
    commonName: 'edge-1',
    sans: ['edge-1.example.org', '192.0.2.1', '::1'],
    keyBits: 2048,
    validForDays: 30,
    now: new Date(),
  });
  seeds.certificate = fromPem(server.certificatePem);
  seeds.csr = fromPem((await createKeyAndRequest({ commonName: 'ada', bits: 2048 })).csrPem);
});

interface Edit {
  readonly kind: 'set' | 'insert' | 'cut';
  readonly at: number;
  readonly bytes: Uint8Array;
}

const edits: fc.Arbitrary<Edit[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('set', 'insert', 'cut'),
    at: fc.nat(),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
  }),
  { minLength: 1, maxLength: 3 },
);

function applyEdit(der: Buffer, { kind, at, bytes }: Edit): Buffer {
  const index = at % der.length;
  const rest = kind === 'insert' ? index : index + bytes.length;
  return Buffer.concat([der.subarray(0, index), kind === 'cut' ? Buffer.alloc(0) : bytes, der.subarray(rest)]);
}

describe.each(['csr', 'certificate'] as const)('reading a %s', (kind) => {
  const { label, read } = kinds[kind];

  test('any text is read or refused by our own codes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        expect(outcomeOf(() => read(text))).toMatch(allowed);
      }),
    );
  });

  test('any bytes in the right armour are read or refused by our own codes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 600 }), (bytes) => {
        expect(outcomeOf(() => read(toPem(label, bytes)))).toMatch(allowed);
      }),
      { numRuns: 500 },
    );
  });

  test('a good one with up to three edits of its bytes is read or refused by our own codes', () => {
    fc.assert(
      fc.property(edits, (list) => {
        expect(outcomeOf(() => read(toPem(label, list.reduce(applyEdit, seeds[kind]))))).toMatch(allowed);
      }),
      { numRuns: 1500 },
    );
  });

  test('a good one with edits of its text is read or refused by our own codes', () => {
    fc.assert(
      fc.property(fc.nat(), fc.string({ unit: 'binary', maxLength: 5 }), (at, inserted) => {
        const pem = toPem(label, seeds[kind]);
        const index = at % pem.length;
        expect(outcomeOf(() => read(pem.slice(0, index) + inserted + pem.slice(index + 1)))).toMatch(allowed);
      }),
      { numRuns: 500 },
    );
  });
});

test('no change of a byte that the signature covers is ever accepted', () => {
  const signatureLength = 256;
  const algorithmLength = 15;
  const coveredEnd = seeds.csr.length - signatureLength - 5 - algorithmLength;
  fc.assert(
    fc.property(fc.integer({ min: 4, max: coveredEnd - 1 }), fc.integer({ min: 1, max: 255 }), (at, mask) => {
      const der = Buffer.from(seeds.csr);
      der[at] = (der[at] ?? 0) ^ mask;
      expect(outcomeOf(() => parseCsr(toPem('CERTIFICATE REQUEST', der)))).toBe('pki.csr-invalid');
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['host names', (text: string) => parseHostNames([text])],
  ['a client URI', parseClientUri],
  ['a fingerprint', fingerprint],
  ['a trust file', (text: string) => chainToTrustFile([text])],
])('%s from any text: a result or one of our own codes', (_, read) => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.ipV6(), fc.domain(), fc.webUrl()), (text) => {
      expect(outcomeOf(() => read(text))).toMatch(allowed);
    }),
    { numRuns: 500 },
  );
});
