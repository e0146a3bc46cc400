import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import { createServer as createPlainServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { connectSsh } from '@/server/ssh/connect';
import type { SshConnection } from '@/server/ssh/connection';
import { LateSocket } from '@/server/ssh/late-socket';

import { isSshdInstalled, type Sshd, startSshd, trustAnyKey } from '../../../test/support/sshd';
import { type EngineEndpoint, engineRequest, engineVersion } from './engine-client';
import { servedFingerprint } from './engine/served-certificate';
import { makeTeam, type Member } from './lab.test-support';

const never = new AbortController().signal;
const version = { Version: '28.0.1', ApiVersion: '1.48', MinAPIVersion: '1.24', KernelVersion: '6.1' };

describe.skipIf(!isSshdInstalled)('engine client through another host', () => {
  let team: Awaited<ReturnType<typeof makeTeam>>;
  let alice: Member;
  let mallory: Member;
  let sshd: Sshd;
  let way: SshConnection;
  const servers: { close(): unknown; closeAllConnections?(): void }[] = [];

  beforeAll(async () => {
    team = await makeTeam();
    [alice, mallory] = await Promise.all([team.member('alice'), team.member('mallory')]);
    sshd = await startSshd();
    way = await connectSsh(sshd.target, { signal: never, hostKey: trustAnyKey });
  });
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections?.();
      server.close();
    }
  });
  afterAll(async () => {
    await way.close();
    await sshd.remove();
  });

  const listen = async (server: Server | ReturnType<typeof createServer>): Promise<number> => {
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };

  /** Trusts alice alone, and answers with more than one packet. */
  const startEngine = async (address = '127.0.0.1') => {
    const certificate = await team.engineCertificate(address);
    const server = createServer(
      {
        cert: certificate.certificatePem,
        key: certificate.privateKeyPem,
        ca: alice.caPem,
        requestCert: true,
        rejectUnauthorized: true,
      },
      (_request, response) => response.end(JSON.stringify({ ...version, padding: 'x'.repeat(3_000_000) })),
    );
    const { fingerprint256 } = new X509Certificate(certificate.certificatePem);
    return { port: await listen(server), fingerprint: fingerprint256.replaceAll(':', '') };
  };

  const endpoint = (port: number, member: Member | null = alice, host = way): EngineEndpoint => ({
    address: '127.0.0.1',
    port,
    connect: () => new LateSocket((place, limits) => host.dial(place, limits), { host: '127.0.0.1', port }),
    tls: { ca: team.engineCaPem, ...(member && { cert: member.cert, key: member.key }) },
  });

  const refused = async (to: EngineEndpoint, signal = never) => {
    const attempt = engineRequest(to, '/version', signal);
    await expect(attempt).rejects.toMatchObject({ code: 'provision.engine-verify-failed' });
    return attempt.catch((error: { public: string }) => error.public);
  };

  it('asks with a client certificate and checks the server, however long the answer', async () => {
    const { port, fingerprint } = await startEngine();
    expect(await engineVersion(endpoint(port), never)).toEqual(version);
    expect(await servedFingerprint(endpoint(port), never)).toBe(fingerprint);
  });

  it('tells a refused port, a wrong certificate, a foreign client and something else apart', async () => {
    const { port } = await startEngine();
    expect(await refused(endpoint(port, mallory))).toMatch(/right after the TLS handshake. Most likely it refuses/);
    expect(await refused(endpoint(port, null))).toMatch(/refuses the certificate of this client/);
    expect(await refused({ ...endpoint(port), tls: { ca: mallory.caPem } })).toMatch(
      /was not made by this team's engine CA/,
    );
    const elsewhere = await startEngine('10.9.9.9');
    expect(await refused(endpoint(elsewhere.port))).toMatch(/is not made for this address/);
    const plain = await listen(createPlainServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')));
    expect(await refused(endpoint(plain))).toMatch(/does not speak TLS/);
    expect(await refused(endpoint(1))).toMatch(/127.0.0.1:1, seen from 127.0.0.1, refuses connections/);
  });

  it('stops at the signal, and at the deadline of something that is silent', async () => {
    const silent = await listen(createPlainServer(() => undefined));
    expect(await refused({ ...endpoint(silent), timeoutMs: 300 })).toMatch(/does not answer/);
    const stop = new AbortController();
    const reason = new Error('stopped by the test');
    const attempt = engineRequest(endpoint(silent), '/version', stop.signal);
    stop.abort(reason);
    await expect(attempt).rejects.toBe(reason);
  });

  it('tells that the host in between forbids the way, or is gone', async () => {
    const strict = await startSshd({ config: ['AllowTcpForwarding no'] });
    const host = await connectSsh(strict.target, { signal: never, hostKey: trustAnyKey });
    const { port } = await startEngine();
    expect(await refused(endpoint(port, alice, host))).toMatch(/forbids connections through its SSH server/);
    await host.close();
    expect(await refused(endpoint(port, alice, host))).toMatch(/connection to 127.0.0.1 was lost/);
    await strict.remove();
  });
});
