import { once } from 'node:events';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';

import { ensureAuthority, openAuthority } from '@/server/operations/pki/ensure-authority';
import { issueServerCertificate } from '@/server/pki/server-certificate';
import type { Runtime } from '@/server/runtime';

import type { TestMember } from '../../../test/support/test-console';

const day = 86_400_000;
const address = '127.0.0.1';

const version = { Version: '29.1.0', ApiVersion: '1.52' };
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
  ServerVersion: '29.1.0',
  LiveRestoreEnabled: true,
};

/** A server on loopback that can be ended with everything that is connected to it. */
export interface Listening {
  readonly port: number;
  end(): Promise<void>;
}

const listen = async (server: Server): Promise<Listening> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, address);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    end: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
};

/** What greets on the port of SSH: a banner, or `silent`ly nothing but the end. */
export const startSsh = (kind: 'banner' | 'cut' = 'banner'): Promise<Listening> =>
  listen(
    createTcpServer((socket) => {
      if (kind === 'banner') socket.write('SSH-2.0-OpenSSH_9.2p1\r\n');
      else socket.end();
    }),
  );

/** A port on which nobody listens. */
export const closedPort = async (): Promise<number> => {
  const server = await listen(createTcpServer());
  await server.end();
  return server.port;
};

export interface EngineKind {
  /** Whose engine CA has signed its certificate. */
  readonly teamId: string;
  readonly isExpired?: boolean;
  readonly answer?: () => { readonly status: number; readonly body?: string };
}

/** What an engine looks like from the network. */
export async function startEngine(
  runtime: Runtime,
  { teamId, isExpired = false, answer }: EngineKind,
): Promise<Listening> {
  const ca = await openAuthority(runtime, await ensureAuthority({ runtime, teamId }, { kind: 'engine' }));
  const now = runtime.clock.now();
  const { certificatePem, privateKeyPem } = await issueServerCertificate({
    ca,
    commonName: 'test',
    sans: [address],
    keyBits: 2048,
    validForDays: 1,
    now: isExpired ? new Date(now.getTime() - 3 * day) : now,
  });
  const server = createServer(
    { cert: certificatePem, key: privateKeyPem, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const { status, body } = answer?.() ?? { status: 200 };
      response.writeHead(status).end(body ?? JSON.stringify(request.url === '/info' ? info : version));
    },
  );
  return listen(server);
}

export interface SeededHost {
  readonly sshPort: number;
  readonly enginePort: number;
}

/** A machine of this member's team whose host has these ports. */
export const seedHost = (runtime: Runtime, { team }: TestMember, { sshPort, enginePort }: SeededHost) =>
  runtime.database.prisma.machine.create({
    data: {
      teamId: team.id,
      name: `host-${sshPort}-${enginePort}`,
      driver: 'generic',
      options: { address, sshPort, sshUser: 'root', sshKeyId: '01900000-0000-7000-8000-000000000000', enginePort },
      engineSettings: {},
      address,
      enginePort,
      state: 'running',
    },
    select: { id: true, teamId: true },
  });
