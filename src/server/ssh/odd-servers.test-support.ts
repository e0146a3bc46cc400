import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

import ssh2, { type ServerConfig } from 'ssh2';

import { generateSshKey } from './keys';

export interface OddServer {
  readonly port: number;
  close(): Promise<void>;
}

async function listen(server: Server, sockets: Set<Socket>): Promise<OddServer> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP port');
  return {
    port: address.port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A TCP server that treats each connection as it is told, and that is no SSH server unless it pretends. */
export function startTcpServer(greet: (socket: Socket) => void): Promise<OddServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    greet(socket);
  });
  return listen(server, sockets);
}

/** An SSH server of ssh2 that behaves as `onClient` tells it, with a host key of its own. */
export async function startOddSshServer(
  onClient: (client: ssh2.Connection) => void,
  config: Partial<ServerConfig> = {},
): Promise<OddServer> {
  const { privateKey } = await generateSshKey({ type: 'ed25519', comment: '' });
  const sockets = new Set<Socket>();
  const ssh = new ssh2.Server({ hostKeys: [privateKey], ...config }, (client) => {
    client.on('error', () => undefined);
    onClient(client);
  });
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    ssh.injectSocket(socket);
  });
  return listen(server, sockets);
}
