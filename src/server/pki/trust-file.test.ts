import { beforeAll, expect, test } from 'vitest';

import type { IssuedKeyPair } from './ca';
import { issueClientKeyPair } from './client-certificate';
import { harbour, quickCa, refusalOf } from './pki.test-support';
import { chainToTrustFile } from './trust-file';

let cas: IssuedKeyPair[];
beforeAll(async () => {
  cas = await Promise.all(['a', 'b', 'c'].map((commonName) => quickCa({ commonName })));
});

const pems = () => cas.map((ca) => ca.certificatePem);

test('holds every CA once, the same bytes in whatever order and spelling they come', () => {
  const file = chainToTrustFile(pems());
  expect(file.match(/BEGIN CERTIFICATE/g)).toHaveLength(3);
  for (const pem of pems()) expect(file).toContain(pem);
  expect(chainToTrustFile(pems().reverse())).toBe(file);
  expect(chainToTrustFile([...pems(), ...pems()])).toBe(file);
  expect(chainToTrustFile(pems().map((pem) => pem.replaceAll('\n', '\r\n').trimEnd()))).toBe(file);
});

test('changes when a member is taken out', () => {
  expect(chainToTrustFile(pems().slice(1))).not.toContain(cas[0]?.certificatePem);
});

test('refuses a certificate that is no CA, because its key would then let its holder in', async () => {
  const [ca] = cas;
  if (!ca) throw new Error('no CA was made');
  const client = await issueClientKeyPair({ ca, subject: harbour, keyBits: 2048, validForDays: 1, now: new Date() });
  expect((await refusalOf(() => chainToTrustFile([client.certificatePem]))).code).toBe('pki.certificate-invalid');
});

test('refuses to be empty', async () => {
  expect((await refusalOf(() => chainToTrustFile([]))).code).toBe('internal.invariant');
});
