import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { bridgeTo, mayBridge } from './bridge';
import type { IssuedKeyPair } from './ca';
import { type Openssl, openOpenssl } from './openssl.test-support';
import { quickCa } from './pki.test-support';
import { issueServerCertificate } from './server-certificate';

const now = new Date('2026-03-01T12:00:00Z');
const attime = ['-attime', '1772380000'];

let openssl: Openssl;
let former: IssuedKeyPair;
let next: IssuedKeyPair;

beforeAll(async () => {
  openssl = await openOpenssl();
  [former, next] = await Promise.all([
    quickCa({ now, pathLength: 1, validForDays: 100 }),
    quickCa({ now, pathLength: 1, commonName: 'Engine CA (2)' }),
  ]);
});
afterAll(() => openssl.remove());

describe('the bridge from a CA to its successor', () => {
  test('lets a certificate of the new CA be believed with the former ca.pem, with the new one, and with both', async () => {
    const server = await issueServerCertificate({
      ca: next,
      commonName: 'edge-1',
      sans: ['192.0.2.1'],
      keyBits: 2048,
      validForDays: 30,
      now,
    });
    const bridge = await bridgeTo(next.certificatePem, former, now);
    await openssl.write('server.pem', server.certificatePem);
    await openssl.write('bridge.pem', bridge ?? '');
    await openssl.write('former.pem', former.certificatePem);
    await openssl.write('next.pem', next.certificatePem);
    await openssl.write('both.pem', next.certificatePem + former.certificatePem);
    const verify = (ca: string, ...chain: string[]) =>
      openssl.run('verify -x509_strict -purpose sslserver', ...attime, '-CAfile', ca, ...chain, 'server.pem');
    for (const ca of ['former.pem', 'next.pem', 'both.pem']) {
      expect(await verify(ca, '-untrusted', 'bridge.pem')).toMatchObject({ exitCode: 0 });
    }
    // Without the bridge the former CA says nothing about it.
    expect((await verify('former.pem')).exitCode).not.toBe(0);
  });

  test('has the same bytes each time, ends with the CA that ends first, and leads no further', async () => {
    const bridge = await bridgeTo(next.certificatePem, former, now);
    expect(await bridgeTo(next.certificatePem, former, new Date(now.getTime() + 86_400_000))).toBe(bridge);
    await openssl.write('bridge.pem', bridge ?? '');
    const text = await openssl.must('x509 -in bridge.pem -noout -text');
    expect(text).toContain('pathlen:0');
    expect(text).toMatch(/Not After : Jun {2}9 12:00:00 2026 GMT/);
  });

  test('is not there where the former CA may not sign another, or has ended', async () => {
    const plain = await quickCa({ now });
    expect(mayBridge(plain.certificatePem)).toBe(false);
    expect(mayBridge(former.certificatePem)).toBe(true);
    expect(await bridgeTo(next.certificatePem, plain, now)).toBeNull();
    expect(await bridgeTo(next.certificatePem, former, former.notAfter)).toBeNull();
  });

  test('is there for a CA that bounds nothing, as docker-machine made them', async () => {
    await openssl.must('req -x509 -newkey rsa:2048 -noenc -keyout ca-key.pem -out ca.pem -days 100 -subj /O=machine');
    expect(mayBridge(await readFile(join(openssl.folder, 'ca.pem'), 'utf8'))).toBe(true);
  });
});
