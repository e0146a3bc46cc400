import { once } from 'node:events';
import { createServer, type Server, Socket } from 'node:net';

/** The way between a browser and a console, which a test can cut and mend. */
export interface CuttableLine {
  readonly url: string;
  /** Ends every connection and takes no new one. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
}

/** A TCP port of loopback that leads to another one. */
export async function openLine(target: number): Promise<CuttableLine> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // The other end goes away at a cut: that is what it is for.
    socket.on('error', () => undefined);
  };
  const serve = async (port: number): Promise<Server> => {
    const server = createServer((near) => {
      const far = new Socket().connect(target, '127.0.0.1');
      keep(near);
      keep(far);
      near.pipe(far).pipe(near);
      near.once('close', () => far.destroy());
      far.once('close', () => near.destroy());
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  let server = await serve(0);
  const place = server.address();
  const port = typeof place === 'object' && place ? place.port : 0;
  const cut = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    cut,
    mend: async () => {
      server = await serve(port);
    },
    close: cut,
  };
}
