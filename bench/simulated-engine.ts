// What a simulated host has on the engine's port: TLS as an engine's, answers as an engine's, and ways to go wrong.
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';

import type { EngineTls } from './simulated-messages';

const version = { Version: '29.1.0', ApiVersion: '1.52' };
const info = {
  Containers: 12,
  ContainersRunning: 9,
  ContainersPaused: 0,
  ContainersStopped: 3,
  Images: 20,
  Driver: 'overlay2',
  DockerRootDir: '/var/lib/docker',
  KernelVersion: '6.12.0',
  OperatingSystem: 'Debian GNU/Linux 13',
  Architecture: 'x86_64',
  NCPU: 4,
  MemTotal: 8_000_000_000,
  Name: 'simulated',
  ServerVersion: '29.1.0',
  LiveRestoreEnabled: true,
};
const answers: Readonly<Record<string, string>> = {
  '/version': JSON.stringify(version),
  '/info': JSON.stringify(info),
  '/_ping': 'OK',
};

export interface SimulatedEngine {
  readonly port: number;
  /** Ends: connections are closed, nothing listens any more. */
  stop(): void;
  /** Falls silent: connections stay open, nothing is answered any more. */
  freeze(): void;
}

export async function startEngine(tls: EngineTls): Promise<SimulatedEngine> {
  const sockets = new Set<Socket>();
  let isFrozen = false;
  const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: true }, (request, response) => {
    if (!isFrozen) response.end(answers[request.url ?? ''] ?? '{}');
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    if (isFrozen) socket.pause();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const place = server.address();
  if (place === null || typeof place === 'string') throw new Error('no TCP port');
  return {
    port: place.port,
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
    freeze: () => {
      isFrozen = true;
      for (const socket of sockets) socket.pause();
    },
  };
}
