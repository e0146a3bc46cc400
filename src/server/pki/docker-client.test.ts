import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { dockerClientLines } from '@/lib/docker-client-lines';

import type { IssuedKeyPair } from './ca';
import { issueClientKeyPair } from './client-certificate';
import { harbour, quickCa } from './pki.test-support';
import { issueServerCertificate } from './server-certificate';

const hasDocker = (() => {
  try {
    execFileSync('docker', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** The two calls of the engine's API that `docker version` makes, behind the TLS settings of an engine. */
function engineWith(server: IssuedKeyPair, clientCaPem: string): Server {
  const tls = { key: server.privateKeyPem, cert: server.certificatePem, ca: clientCaPem };
  const engine = createServer({ ...tls, requestCert: true, rejectUnauthorized: true }, (request, response) => {
    response.setHeader('Api-Version', '1.44');
    response.setHeader('Content-Type', 'application/json');
    response.end(request.url?.endsWith('/version') ? JSON.stringify({ Version: '99.1', ApiVersion: '1.44' }) : '{}');
  });
  engine.on('tlsClientError', () => undefined);
  return engine;
}

// Go checks certificates by rules of its own, and it is Go on both sides in production: this is the docker that people
// use, with the lines that they are shown.
describe.skipIf(!hasDocker)('the real docker client', () => {
  const now = new Date();
  let folder: string;
  let memberCa: IssuedKeyPair;
  let engineCa: IssuedKeyPair;
  let engine: Server;
  let port: number;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'quaymaster-docker-'));
    [memberCa, engineCa] = await Promise.all([quickCa({ commonName: 'Client CA' }), quickCa()]);
    const server = await issueServerCertificate({
      ca: engineCa,
      commonName: 'edge-1',
      sans: ['localhost', '127.0.0.1', '::1'],
      keyBits: 2048,
      validForDays: 30,
      now,
    });
    engine = engineWith(server, memberCa.certificatePem);
    await new Promise<void>((resolve) => engine.listen(0, '::', resolve));
    const address = engine.address();
    port = address !== null && typeof address === 'object' ? address.port : 0;
  });
  afterAll(async () => {
    await new Promise((resolve) => engine.close(resolve));
    await rm(folder, { recursive: true, force: true });
  });

  const clientOf = (ca: IssuedKeyPair) =>
    issueClientKeyPair({ ca, subject: harbour, keyBits: 2048, validForDays: 30, now });

  async function unpack(name: string, client: IssuedKeyPair, caPem: string): Promise<string> {
    const at = join(folder, name);
    await mkdir(at);
    await writeFile(join(at, 'ca.pem'), caPem);
    await writeFile(join(at, 'cert.pem'), client.certificatePem);
    await writeFile(join(at, 'key.pem'), client.privateKeyPem, { mode: 0o600 });
    return at;
  }

  const run = (...lines: string[]) =>
    new Promise<{ ok: boolean; output: string }>((resolve) => {
      const own = { HOME: folder, DOCKER_CONFIG: join(folder, 'config') };
      const env = { ...process.env, DOCKER_HOST: undefined, DOCKER_CONTEXT: undefined, ...own };
      execFile('bash', ['-ec', lines.join('\n')], { env, timeout: 30_000 }, (err, stdout, stderr) =>
        resolve({ ok: err === null, output: stdout + stderr }),
      );
    });

  const serverVersion = `docker version --format '{{.Server.Version}}'`;

  test.each(['localhost', '127.0.0.1', '::1'])('gets in at %s by the environment lines', async (address) => {
    const at = await unpack(`env ${address.replaceAll(':', '-')}`, await clientOf(memberCa), engineCa.certificatePem);
    const { setEnvironment } = dockerClientLines({ name: 'edge-1', address, port, folder: at }, 'bash');
    expect(await run(...setEnvironment, serverVersion)).toEqual({ ok: true, output: '99.1\n' });
  });

  test('gets in by a context made from a folder with the most awkward name, and the context can be removed', async () => {
    const name = `it's "a, b" $HOME \\ !`;
    await unpack(name, await clientOf(memberCa), engineCa.certificatePem);
    const lines = dockerClientLines({ name: 'edge-1', address: '127.0.0.1', port, folder: `~/${name}` }, 'bash');
    const { ok, output } = await run(lines.createContext, lines.useContext, serverVersion);
    expect({ ok, output }).toEqual({ ok: true, output: expect.stringMatching(/^99\.1$/m) as string });
    expect(await run(lines.leaveContext, lines.removeContext, 'docker context ls -q')).toMatchObject({
      ok: true,
      output: expect.stringMatching(/^default$/m) as string,
    });
  });

  test('is refused with the certificate of a foreign CA', async () => {
    const foreignCa = await quickCa({ commonName: 'Client CA' });
    const at = await unpack('foreign', await clientOf(foreignCa), engineCa.certificatePem);
    const { setEnvironment } = dockerClientLines({ name: 'e', address: '127.0.0.1', port, folder: at }, 'bash');
    const { ok, output } = await run(...setEnvironment, serverVersion);
    expect(ok).toBe(false);
    expect(output).not.toContain('99.1');
  });

  test('refuses an engine that another CA vouches for', async () => {
    const at = await unpack('other-engine', await clientOf(memberCa), memberCa.certificatePem);
    const { setEnvironment } = dockerClientLines({ name: 'e', address: '127.0.0.1', port, folder: at }, 'bash');
    expect((await run(...setEnvironment, serverVersion)).output).toMatch(
      /x509: certificate signed by unknown authority/,
    );
  });
});
