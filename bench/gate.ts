import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { Agent as HttpAgent, type IncomingMessage, request as httpRequest, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

import { type LabHost, prepareLab, stageImage, startHost } from '../e2e/lab/lab';
import { type BenchConsole, type IssuedPair, startBenchConsole } from './bench-console';
import { type Figure, percentile } from './figure';
import { takeHosts } from './revoke-hosts';

const enginePort = 2376;
const warmUps = 200;
const calls = 3000;
const mebibytes = 1024;
const admitTries = 100;

/** One way to the same engine, over one connection that is kept. */
interface Way {
  get(path: string): Promise<IncomingMessage>;
  close(): void;
}

const answerOf = (send: (onAnswer: (answer: IncomingMessage) => void) => ReturnType<typeof httpRequest>) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    send(resolve).on('error', reject).end();
  });

const drain = async (answer: IncomingMessage): Promise<number> => {
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) bytes += chunk.length;
  if (answer.statusCode !== 200) throw new Error(`the engine answered with status ${answer.statusCode}`);
  return bytes;
};

const throughGate = (host: LabHost, { ca, cert, key }: IssuedPair): Way => {
  const agent = new HttpsAgent({ keepAlive: true, maxSockets: 1, ca, cert, key });
  const options: RequestOptions = { host: host.address, port: enginePort, agent };
  return {
    get: (path) => answerOf((onAnswer) => httpsRequest({ ...options, path }, onAnswer)),
    close: () => agent.destroy(),
  };
};

const direct = (socketPath: string): Way => {
  const agent = new HttpAgent({ keepAlive: true, maxSockets: 1 });
  return {
    get: (path) =>
      answerOf((onAnswer) => httpRequest({ socketPath, path, agent, headers: { Host: 'docker' } }, onAnswer)),
    close: () => agent.destroy(),
  };
};

/** The engine's socket as this machine sees it, through the root of the host's own dockerd. */
const engineSocket = async (host: LabHost): Promise<string> => {
  // Hosts are made from one base and may share their ids, so this one gets a sign of its own.
  const sign = randomUUID();
  await host.run('printf %s "$1" > /run/bench-sign', { args: [sign] });
  for (const pid of await readdir('/proc')) {
    // Processes come and go, and most are none of ours.
    const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
    if (!/^\d+$/.test(pid) || (await read('comm')).trim() !== 'dockerd') continue;
    if ((await read('root/run/bench-sign')) === sign) return `/proc/${pid}/root/run/docker.sock`;
  }
  throw new Error(`no dockerd of ${host.name} runs here`);
};

const timeCall = async (way: Way): Promise<number> => {
  const start = performance.now();
  await drain(await way.get('/_ping'));
  return performance.now() - start;
};

/** Calls both ways in turn, so that whatever else the machine does meets both. In milliseconds. */
const latencies = async (gate: Way, socket: Way) => {
  for (let index = 0; index < warmUps; index += 1) {
    await timeCall(gate);
    await timeCall(socket);
  }
  const times: { gate: number[]; socket: number[] } = { gate: [], socket: [] };
  for (let index = 0; index < calls; index += 1) {
    times.gate.push(await timeCall(gate));
    times.socket.push(await timeCall(socket));
  }
  return times;
};

const throughput = async (way: Way): Promise<number> => {
  const start = performance.now();
  const bytes = await drain(await way.get('/containers/big/archive?path=/big'));
  if (bytes < mebibytes * 1024 * 1024) throw new Error(`only ${bytes} bytes came`);
  return bytes / 1024 / 1024 / ((performance.now() - start) / 1000);
};

/** What HAProxy's processes have for themselves and their part of what they share, in MiB. */
const gateMemory = async (host: LabHost): Promise<number> => {
  const output = await host.run('for pid in $(pgrep -x haproxy); do grep ^Pss: "/proc/$pid/smaps_rollup"; done');
  const kibibytes = [...output.matchAll(/^Pss:\s+(\d+) kB$/gm)].map((match) => Number(match[1]));
  return Math.round((10 * kibibytes.reduce((sum, value) => sum + value, 0)) / 1024) / 10;
};

const untilAdmitted = async (console_: BenchConsole, way: Way): Promise<void> => {
  for (let tries = 1; ; tries += 1) {
    try {
      await drain(await way.get('/_ping'));
      return;
    } catch (error) {
      if (tries === admitTries) throw error;
      await console_.runtime.clock.sleep(100);
    }
  }
};

const measure = async (console_: BenchConsole, host: LabHost): Promise<Figure[]> => {
  await stageImage(host);
  await host.run('docker run --name big busybox:lab dd if=/dev/zero of=/big bs=1 count=0 seek=1G');
  await takeHosts(console_, [host]);
  const gate = throughGate(host, await console_.issue('bench'));
  const socket = direct(await engineSocket(host));
  try {
    await untilAdmitted(console_, gate);
    const times = await latencies(gate, socket);
    const added = (percent: number) => percentile(times.gate, percent) - percentile(times.socket, percent);
    const rounded = (value: number) => Math.round(value * 1000) / 1000;
    const idleMemory = await gateMemory(host);
    return [
      { name: 'gate.added.p50', value: rounded(added(50)), unit: 'ms' },
      { name: 'gate.added.p99', value: rounded(added(99)), unit: 'ms' },
      { name: 'gate.call.p50', value: percentile(times.gate, 50), unit: 'ms' },
      { name: 'gate.call.p99', value: percentile(times.gate, 99), unit: 'ms' },
      { name: 'gate.direct.p50', value: percentile(times.socket, 50), unit: 'ms' },
      { name: 'gate.direct.p99', value: percentile(times.socket, 99), unit: 'ms' },
      { name: 'gate.stream', value: Math.round(await throughput(gate)), unit: 'MiB/s' },
      { name: 'gate.stream.direct', value: Math.round(await throughput(socket)), unit: 'MiB/s' },
      { name: 'gate.memory', value: idleMemory, unit: 'MiB' },
      { name: 'gate.memory.after-stream', value: await gateMemory(host), unit: 'MiB' },
    ];
  } finally {
    gate.close();
    socket.close();
  }
};

/** What a gate costs against the engine's own socket: latency of a call, throughput of a 1 GiB stream, memory. */
export async function benchGate(): Promise<Figure[]> {
  await prepareLab(['bookworm']);
  const console_ = await startBenchConsole();
  let host: LabHost | undefined;
  try {
    host = await startHost({ release: 'bookworm', engine: 'present' });
    return await measure(console_, host);
  } finally {
    await console_.close();
    await host?.stop();
  }
}
