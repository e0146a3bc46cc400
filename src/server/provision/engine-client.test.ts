import { once } from 'node:events';
import { createServer } from 'node:https';
import { createServer as createPlainServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import { engineInfo, type EngineEndpoint, engineRequest, engineVersion } from './engine-client';
import { makeTeam, type Member } from './lab.test-support';
import { contextOn, ScriptedHost } from './scripted-host.test-support';
import { verifyEngine } from './steps/verify-engine';

const version = { Version: '28.0.1', ApiVersion: '1.48', MinAPIVersion: '1.24', KernelVersion: '6.1' };
const info = {
  Containers: 3,
  ContainersRunning: 1,
  ContainersPaused: 0,
  ContainersStopped: 2,
  Images: 4,
  Driver: 'overlay2',
  DockerRootDir: '/var/lib/docker',
  KernelVersion: '6.1',
  OperatingSystem: 'Debian',
  Architecture: 'x86_64',
  NCPU: 2,
  MemTotal: 1024,
  Name: 'h',
  ServerVersion: '28.0.1',
  LiveRestoreEnabled: true,
};
const never = new AbortController().signal;

describe('engine client', () => {
  let team: Awaited<ReturnType<typeof makeTeam>>;
  let alice: Member;
  let mallory: Member;
  const servers: { close(): unknown; closeAllConnections?(): void }[] = [];

  beforeAll(async () => {
    team = await makeTeam();
    [alice, mallory] = await Promise.all([team.member('alice'), team.member('mallory')]);
  });
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections?.();
      server.close();
    }
  });

  const listen = async (server: Server | ReturnType<typeof createServer>): Promise<number> => {
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };

  interface Fake {
    readonly address?: string;
    readonly demandsCertificate?: boolean;
    readonly answer?: (path: string) => { status?: number; body: string };
  }

  /** What an engine looks like from the network: TLS that trusts alice alone. */
  const startEngine = async ({ address = '127.0.0.1', demandsCertificate = true, answer }: Fake = {}) => {
    const certificate = await team.engineCertificate(address);
    const server = createServer(
      {
        cert: certificate.certificatePem,
        key: certificate.privateKeyPem,
        ca: alice.caPem,
        requestCert: demandsCertificate,
        rejectUnauthorized: demandsCertificate,
      },
      (request, response) => {
        const body = request.url === '/info' ? info : version;
        const { status = 200, body: text } = answer?.(request.url ?? '') ?? { body: JSON.stringify(body) };
        response.writeHead(status).end(text);
      },
    );
    return listen(server);
  };

  const endpoint = (
    port: number,
    member: Member | null = alice,
    more: Partial<EngineEndpoint> = {},
  ): EngineEndpoint => ({
    address: '127.0.0.1',
    port,
    tls: { ca: team.engineCaPem, ...(member && { cert: member.cert, key: member.key }) },
    ...more,
  });

  it('asks with a client certificate and checks the server', async () => {
    const port = await startEngine();
    expect(await engineVersion(endpoint(port), never)).toEqual(version);
    expect(await engineInfo(endpoint(port), never)).toMatchObject({ ContainersRunning: 1, CgroupVersion: '1' });
  });

  const refused = async (to: EngineEndpoint, signal = never) => {
    const attempt = engineRequest(to, '/version', signal);
    await expect(attempt).rejects.toMatchObject({ code: 'provision.engine-verify-failed' });
    return attempt.catch((error: { public: string }) => error.public);
  };

  it('tells a refused port, a wrong certificate, a foreign client and silence apart', async () => {
    const port = await startEngine();
    expect(await refused(endpoint(port, mallory))).toMatch(/right after the TLS handshake. Most likely it refuses/);
    expect(await refused(endpoint(port, null))).toMatch(/refuses the certificate of this client/);
    expect(await refused({ ...endpoint(port), tls: { ca: mallory.caPem } })).toMatch(
      /was not made by this team's engine CA/,
    );
    const elsewhere = await startEngine({ address: '10.9.9.9' });
    expect(await refused(endpoint(elsewhere))).toMatch(/is not made for this address/);

    const closed = await listen(createPlainServer());
    const [server] = servers.splice(-1);
    server?.close();
    expect(await refused(endpoint(closed))).toMatch(/refuses connections: nothing listens there/);
    const silent = await listen(createPlainServer(() => undefined));
    expect(await refused(endpoint(silent, alice, { timeoutMs: 300 }))).toMatch(
      /does not answer. The engine may run and a firewall/,
    );
    const plain = await listen(createPlainServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')));
    expect(await refused(endpoint(plain))).toMatch(/does not speak TLS/);
  });

  it('tells an engine that errs from something else that answers', async () => {
    const failing = await startEngine({ answer: () => ({ status: 500, body: '{"message":"no"}' }) });
    expect(await refused(endpoint(failing))).toMatch(/answered \/version with status 500/);
    const html = await startEngine({ answer: () => ({ body: '<html>' }) });
    expect(await refused(endpoint(html))).toMatch(/something that is no JSON/);
    const other = await startEngine({ answer: () => ({ body: '{"hello":1}' }) });
    await expect(engineVersion(endpoint(other), never)).rejects.toThrow(/is no Docker engine/);
  });

  it('ends with the reason of its caller', async () => {
    const silent = await listen(createPlainServer(() => undefined));
    const stop = new AbortController();
    const attempt = engineRequest(endpoint(silent), '/version', stop.signal);
    stop.abort(new Error('cancelled'));
    await expect(attempt).rejects.toThrow('cancelled');
  });

  describe('verifyEngine', () => {
    it('passes an engine that answers with a certificate and refuses without', async () => {
      const ctx = contextOn(new ScriptedHost({}));
      const port = await startEngine();
      expect(await verifyEngine(ctx, endpoint(port))).toMatchObject({ version: '28.0.1', apiVersion: '1.48' });
      expect(ctx.log.text()).toContain('A client without a certificate is refused.');
    });

    it('raises the alarm for an engine that lets everybody in', async () => {
      const port = await startEngine({ demandsCertificate: false });
      await expect(verifyEngine(contextOn(new ScriptedHost({})), endpoint(port))).rejects.toThrow(
        /answers without a client certificate .* root's rights on the host/,
      );
    });
  });
});
