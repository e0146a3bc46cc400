// Runs a built console: looks whether the port is free, then starts the server beside this file (in the image) or in
// .next/standalone (in a checkout), inside this process. With `backup`, `restore` or `move` it does that instead.
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';

import { readCommand } from './command.mjs';

// On a machine with much memory V8 lets garbage grow to three times of what is in use before it collects it. Collected sooner,
// 500 machines and 50 viewers take 440 MB instead of 720.
setFlagsFromString('--heap-growing-percent=40');

const here = dirname(fileURLToPath(import.meta.url));
process.env.QUAYMASTER_DATA_DIR = resolve(process.env.QUAYMASTER_DATA_DIR || 'data');
const command = await readCommand(process.argv.slice(2));

let port = process.env.PORT || '3000';
const host = command ? '127.0.0.1' : process.env.HOST || '127.0.0.1';

const fail = (sentence) => {
  process.stderr.write(`\n${sentence}\n`);
  process.exit(1);
};

const reasons = {
  EADDRINUSE: `Port ${port} on ${host} is in use by another program. Stop that one, or set PORT to a free port.`,
  EACCES: `Port ${port} may not be used by this user. Set PORT to one above 1023.`,
  EADDRNOTAVAIL: `HOST: ${host} is not an address of this machine.`,
  ENOTFOUND: `HOST: ${host} is not an address of this machine.`,
};

const probe = () =>
  new Promise((done) => {
    const server = createServer();
    server.once('error', (error) =>
      fail(reasons[error.code] ?? `Port ${port} on ${host} cannot be used (${error.code}).`),
    );
    server.listen({ port: command ? 0 : Number(port), host }, () => {
      port = String(server.address().port);
      server.close(done);
    });
  });

if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65535) {
  fail('PORT must be a port number from 1 to 65535.');
}
await probe();

Object.assign(process.env, {
  NODE_ENV: 'production',
  PORT: port,
  HOST: host,
  HOSTNAME: host,
  NEXT_TELEMETRY_DISABLED: '1',
  NEXT_MANUAL_SIG_HANDLE: 'true',
});

// The server runs in this process, and looks here before it serves.
globalThis.quaymasterCommand = command;
const server = [join(here, 'server.js'), join(here, '..', '.next', 'standalone', 'server.js')].find(existsSync);
if (!server) fail('The console is not built yet. Run: npm start');
await import(pathToFileURL(server).href);
