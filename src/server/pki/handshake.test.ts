import { connect, createServer, type SecureVersion, type TlsOptions } from 'node:tls';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { IssuedKeyPair } from './ca';
import { issueClientCertificate, issueClientKeyPair } from './client-certificate';
import { type Openssl, openOpenssl } from './openssl.test-support';
import { harbour, quickCa } from './pki.test-support';
import { issueServerCertificate } from './server-certificate';
import { chainToTrustFile } from './trust-file';

interface Pair {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

interface Meeting {
  readonly server: Pair;
  readonly client: Pair | null;
  /** What the engine admits. */
  readonly clientCas: string;
  /** What the docker client trusts. */
  readonly engineCa: string;
  readonly version: SecureVersion;
  readonly host?: string;
}

/**
 * Lets a client talk to a server as docker does with --tlsverify on both sides. Answers "welcome", "refused: " with the
 * server's reason, or the client's own. The server says its reason instead of hanging up, because hanging up looks the
 * same whatever was wrong.
 */
async function meet({ server, client, clientCas, engineCa, version, host = '127.0.0.1' }: Meeting): Promise<string> {
  const settings: TlsOptions = {
    key: server.privateKeyPem,
    cert: server.certificatePem,
    ca: clientCas,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: version,
    maxVersion: version,
  };
  const listener = createServer(settings, (socket) => {
    socket.on('error', () => undefined);
    socket.end(socket.authorized ? 'welcome' : `refused: ${String(socket.authorizationError)}`);
  });
  listener.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => listener.listen(0, host, resolve));
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  try {
    return await new Promise<string>((resolve) => {
      const identity = client ? { key: client.privateKeyPem, cert: client.certificatePem } : {};
      const socket = connect({ host, port: address.port, ca: engineCa, ...identity, minVersion: version });
      let heard = '';
      socket.setEncoding('utf8');
      socket.on('data', (text: string) => (heard += text));
      socket.on('error', (err: NodeJS.ErrnoException) => resolve(err.code ?? err.message));
      socket.on('close', () => resolve(heard || 'closed'));
    });
  } finally {
    await new Promise((resolve) => listener.close(resolve));
  }
}

const now = new Date();
let openssl: Openssl;
let engineCa: IssuedKeyPair;
let memberCa: IssuedKeyPair;
let foreignCa: IssuedKeyPair;
let server: IssuedKeyPair;
let client: IssuedKeyPair;
let foreignClient: IssuedKeyPair;
let bobCa: IssuedKeyPair;
let bob: IssuedKeyPair;
beforeAll(async () => {
  openssl = await openOpenssl();
  [engineCa, memberCa, bobCa, foreignCa] = await Promise.all([
    quickCa({ commonName: 'Engine CA' }),
    quickCa({ commonName: 'Client CA' }),
    quickCa({ commonName: 'Client CA of bob' }),
    // The same name on purpose: what counts is the key.
    quickCa({ commonName: 'Client CA' }),
  ]);
  [server, client, foreignClient, bob] = await Promise.all([
    newServer('edge-1', ['127.0.0.1', '::1', 'localhost']),
    newClient(memberCa),
    newClient(foreignCa),
    newClient(bobCa),
  ]);
});
afterAll(() => openssl.remove());

const newServer = (commonName: string, sans: string[]) =>
  issueServerCertificate({ ca: engineCa, commonName, sans, keyBits: 2048, validForDays: 30, now });

const newClient = (ca: IssuedKeyPair, at = now) =>
  issueClientKeyPair({ ca, subject: harbour, keyBits: 2048, validForDays: 30, now: at });

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('over %s', (version) => {
  const usual = (overrides: Partial<Meeting> = {}): Meeting => ({
    server,
    client,
    clientCas: chainToTrustFile([memberCa.certificatePem]),
    engineCa: engineCa.certificatePem,
    version,
    ...overrides,
  });

  test('an admitted member gets in, by IPv4 and by IPv6', async () => {
    expect(await meet(usual())).toBe('welcome');
    expect(await meet(usual({ host: '::1' }))).toBe('welcome');
  });

  test.each(['P-256', 'P-384'])('a member whose request brought a %s key gets in', async (curve) => {
    const csrPem = await openssl.must(
      `req -new -newkey ec -pkeyopt ec_paramgen_curve:${curve} -nodes -keyout ${curve}.pem -subj /CN=x`,
    );
    const issued = await issueClientCertificate({ ca: memberCa, csrPem, subject: harbour, validForDays: 1, now });
    const privateKeyPem = await openssl.must('pkey', '-in', `${curve}.pem`);
    expect(await meet(usual({ client: { ...issued, privateKeyPem } }))).toBe('welcome');
  });

  test('nobody gets in without a certificate', async () => {
    expect(await meet(usual({ client: null }))).toBe('refused: UNABLE_TO_GET_ISSUER_CERT');
  });

  test('a client of a foreign CA of the same name is refused', async () => {
    expect(await meet(usual({ client: foreignClient }))).toBe('refused: UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });

  test('a member is refused once their CA is out of the trust file, and others are not disturbed', async () => {
    const clientCas = chainToTrustFile([bobCa.certificatePem]);
    expect(await meet(usual({ clientCas }))).toBe('refused: UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    expect(await meet(usual({ clientCas, client: bob }))).toBe('welcome');
  });

  test('two generations of one CA stand side by side in a trust file', async () => {
    const clientCas = chainToTrustFile([memberCa.certificatePem, foreignCa.certificatePem]);
    expect(await meet(usual({ clientCas }))).toBe('welcome');
    expect(await meet(usual({ clientCas, client: foreignClient }))).toBe('welcome');
  });

  test("a server certificate does not open the door as a client's, even of an admitted CA", async () => {
    expect(await meet(usual({ client: server, clientCas: engineCa.certificatePem }))).toBe('refused: INVALID_PURPOSE');
  });

  test("a client certificate is not believed as a server's, even of the trusted CA", async () => {
    expect(await meet(usual({ server: client, engineCa: memberCa.certificatePem }))).toBe('INVALID_PURPOSE');
  });

  test('a server of a foreign CA is not believed', async () => {
    expect(await meet(usual({ engineCa: foreignCa.certificatePem }))).toMatch(/UNABLE_TO_VERIFY|SELF_SIGNED|ISSUER/);
  });

  test('a server under an address that its certificate does not name is not believed', async () => {
    const elsewhere = await newServer('127.0.0.1', ['192.0.2.1', 'localhost']);
    expect(await meet(usual({ server: elsewhere }))).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  test('an expired client certificate is refused', async () => {
    const early = await quickCa({ now: new Date(now.getTime() - 100 * 86_400_000) });
    const expired = await newClient(early, new Date(now.getTime() - 90 * 86_400_000));
    expect(await meet(usual({ client: expired, clientCas: early.certificatePem }))).toBe('refused: CERT_HAS_EXPIRED');
  });

  // The reason is OpenSSL's "key usage does not include certificate signing", for which node has no name.
  test('a certificate signed with the key of a client certificate is refused', async () => {
    await openssl.write('client.key', client.privateKeyPem);
    await openssl.write('client.pem', client.certificatePem);
    await openssl.must(
      'req',
      '-new',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'f.key',
      '-subj',
      '/CN=f',
      '-out',
      'f.csr',
    );
    await openssl.must('x509', '-req', '-in', 'f.csr', '-CA', 'client.pem', '-CAkey', 'client.key', '-out', 'f.pem');
    const forged = {
      certificatePem: (await openssl.must('x509', '-in', 'f.pem')) + client.certificatePem,
      privateKeyPem: await openssl.must('pkey', '-in', 'f.key'),
    };
    expect(await meet(usual({ client: forged }))).toBe('refused: UNSPECIFIED');
  });
});
