import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { SettingsError } from '@/env';

// An address that the operating system frees when the process dies, however it dies: an abstract socket on Linux, a named
// pipe on Windows. Elsewhere a socket file, where a dead owner is told by nobody answering.
const lockAddress = (folder: string): { address: string; isFile: boolean } => {
  const name = `quaymaster-${createHash('sha256').update(folder).digest('hex').slice(0, 32)}`;
  if (process.platform === 'linux') return { address: `\0${name}`, isFile: false };
  if (process.platform === 'win32') return { address: `\\\\.\\pipe\\${name}`, isFile: false };
  return { address: join(tmpdir(), `${name}.sock`), isFile: true };
};

const listen = (address: string): Promise<Server | null> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(null) : reject(error),
    );
    server.listen(address, () => {
      server.unref();
      resolve(server);
    });
  });

const answers = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });

export interface DataFolder {
  readonly path: string;
  release(): Promise<void>;
}

/**
 * Takes a data folder for this process alone: makes it (mode 0700) and holds a lock that ends with the process, kill -9
 * included. Throws SettingsError when another process holds it or it cannot be made.
 */
export async function holdDataFolder(path: string): Promise<DataFolder> {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new SettingsError(
      `QUAYMASTER_DATA_DIR: ${path} cannot be made (${(error as NodeJS.ErrnoException).code ?? 'error'}).`,
    );
  }
  const folder = realpathSync(path);
  const { address, isFile } = lockAddress(folder);
  let server = await listen(address);
  if (!server && isFile && !(await answers(address))) {
    await rm(address, { force: true });
    server = await listen(address);
  }
  if (!server) {
    throw new SettingsError(
      `The data folder ${path} is in use by another Quaymaster process. Stop that one, or set QUAYMASTER_DATA_DIR to another folder.`,
    );
  }
  const held = server;
  return { path: folder, release: () => new Promise((resolve) => held.close(() => resolve())) };
}
