import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { KeyRequestInput } from '@/lib/csr/certification-request';
import { makeWithForge } from '@/lib/csr/forge-worker';
import { createKeyAndRequest } from '@/lib/csr/webcrypto-request';

import { parseCsr } from './csr';
import { type Openssl, openOpenssl } from './openssl.test-support';

let openssl: Openssl;
beforeAll(async () => {
  openssl = await openOpenssl();
});
afterAll(() => openssl.remove());

const makers = {
  WebCrypto: createKeyAndRequest,
  'node-forge': (input: KeyRequestInput) => Promise.resolve(makeWithForge(input)),
};

describe.each(Object.entries(makers))('a request that the browser made with %s', (_, make) => {
  test('is accepted by openssl and by us, and fits its key', async () => {
    const made = await make({ commonName: 'Zoë 港', bits: 2048 });
    await openssl.write('made.csr', made.csrPem);
    await openssl.write('made.key', made.privateKeyPem);
    const { exitCode, output } = await openssl.run(
      'req -in made.csr -noout -verify -subject -nameopt utf8,sep_comma_plus',
    );
    expect({ exitCode, output }).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining('self-signature verify OK') as string,
    });
    expect(output).toContain('subject=CN=Zoë 港');
    expect(made.privateKeyPem).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(await openssl.must('rsa -in made.key -check -noout')).toContain('RSA key ok');
    const csr = parseCsr(made.csrPem);
    expect(csr).toMatchObject({ key: { kind: 'rsa', bits: 2048 }, signatureHash: 'sha256' });
    expect(await openssl.must('req -in made.csr -noout -pubkey')).toBe(await openssl.must('pkey -in made.key -pubout'));
  });

  test('has a key of its own each time', async () => {
    const [one, two] = [await make({ commonName: 'a', bits: 2048 }), await make({ commonName: 'a', bits: 2048 })];
    expect(one.privateKeyPem).not.toBe(two.privateKeyPem);
  }, 60_000);
});

test.each(['', '   ', 'x'.repeat(300), '🚢'.repeat(80), 'a\u0000b', 'lone \ud800 surrogate'])(
  'a request is accepted whatever its label is: %j',
  async (commonName) => {
    expect(parseCsr((await createKeyAndRequest({ commonName, bits: 2048 })).csrPem).key.kind).toBe('rsa');
  },
);

test.each([3072, 4096] as const)('WebCrypto makes keys of %i bits as well', async (bits) => {
  const { csrPem } = await createKeyAndRequest({ commonName: 'ada', bits });
  expect(parseCsr(csrPem).key).toEqual({ kind: 'rsa', bits });
});
