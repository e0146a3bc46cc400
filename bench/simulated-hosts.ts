// SSH servers in a process of their own, each of which answers a push as a host with a gate does.
import { once } from 'node:events';

import ssh2, { type Connection, type ServerChannel } from 'ssh2';

import { generateSshKey } from '@/server/ssh/keys';

import { now } from './now';
import { type SimulatedEngine, startEngine } from './simulated-engine';
import type { EngineTls, SimulatedMessage, SimulatedRequest } from './simulated-messages';

/** As long as the program takes on a real host that has nothing else to do. */
const pushMs = 40;

interface SimulatedHost {
  port: number;
  version: number;
  fingerprints: ReadonlySet<string>;
  engine: SimulatedEngine | null;
}

interface Waiter {
  readonly fingerprint: string;
  readonly admitted: boolean;
}

const hosts: SimulatedHost[] = [];
let waiter: Waiter | null = null;

const send = (message: SimulatedMessage) => process.send?.(message);

const settle = (): void => {
  const { fingerprint, admitted } = waiter ?? {};
  if (fingerprint === undefined) return;
  if (!hosts.every((host) => host.fingerprints.has(fingerprint) === admitted)) return;
  waiter = null;
  send({ kind: 'settled', at: now() });
};

/** Takes over what a push says, and answers with the facts that the console reads. */
const push = (host: SimulatedHost, input: string): string => {
  const lines = input.slice(0, input.indexOf('\n\n')).split('\n');
  const valuesOf = (name: string) =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  const version = Number(valuesOf('version')[0]);
  const wanted = new Set(valuesOf('fingerprint'));
  const isNewer = version >= host.version;
  const former = host.fingerprints;
  if (isNewer) Object.assign(host, { version, fingerprints: wanted });
  settle();
  const facts = [
    `version=${host.version}`,
    `applied=${isNewer ? 'yes' : 'no'}`,
    ...[...wanted].filter((one) => !former.has(one)).map((one) => `added=${one}`),
    ...[...former].filter((one) => !wanted.has(one)).map((one) => `removed=${one}`),
    ...[...wanted].map((one) => `use.${one}=0 -1`),
    'drifted=no',
    `took=${pushMs}`,
  ];
  return facts.map((fact) => `::${fact}\n`).join('');
};

const answer = (host: SimulatedHost, channel: ServerChannel, command: string): void => {
  // The word that the console has each script print before its own output; see src/server/ssh/launch.ts.
  const mark = /(\S+) \$\$;/.exec(command)?.[1] ?? '';
  let input = '';
  channel.on('data', (chunk: Buffer) => (input += chunk.toString()));
  channel.on('end', () => {
    setTimeout(() => {
      channel.stderr.write(`${mark}\n`);
      channel.write(`${mark} 1\n${push(host, input)}`);
      channel.exit(0);
      channel.end();
    }, pushMs);
  });
};

const onClient = (host: SimulatedHost, client: Connection): void => {
  client.on('error', () => undefined);
  client.on('authentication', (attempt) =>
    attempt.method === 'publickey' ? attempt.accept() : attempt.reject(['publickey']),
  );
  client.on('session', (accept) => {
    accept().on('exec', (acceptExec, _reject, { command }) => answer(host, acceptExec(), command));
  });
};

const startHost = async (hostKey: string, engine: EngineTls | undefined): Promise<SimulatedHost> => {
  const host: SimulatedHost = { port: 0, version: -1, fingerprints: new Set(), engine: null };
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => onClient(host, client)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const place = server.address();
  if (place === null || typeof place === 'string') throw new Error('no TCP port');
  return Object.assign(host, { port: place.port, engine: engine ? await startEngine(engine) : null });
};

const start = async ({ count, engine }: { count: number; engine?: EngineTls }): Promise<void> => {
  const { privateKey } = await generateSshKey({ type: 'ed25519', comment: '' });
  while (hosts.length < count) hosts.push(await startHost(privateKey, engine));
  send({
    kind: 'started',
    ports: hosts.map((host) => host.port),
    enginePorts: hosts.flatMap((host) => host.engine?.port ?? []),
  });
};

process.on('message', (message) => {
  const request = message as SimulatedRequest;
  if (request.kind === 'start') {
    void start(request);
    return;
  }
  if (request.kind === 'break') {
    hosts[request.index]?.engine?.[request.how]();
    send({ kind: 'broken', at: now() });
    return;
  }
  waiter = request;
  settle();
});
