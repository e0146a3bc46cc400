import { randomBytes } from 'node:crypto';

import { teamScope } from '@/server/db/team-scope';
import { watchTeam } from '@/server/operations/jobs/watch-team';
import { consoleCredentials } from '@/server/operations/pki/console-credentials';
import { ensureAuthority, openAuthority } from '@/server/operations/pki/ensure-authority';
import type { TeamContext } from '@/server/operations/team-context';
import { issueServerCertificate } from '@/server/pki/server-certificate';
import { generateSshKey } from '@/server/ssh/keys';

import { startPostgres } from '../e2e/lab/postgres';
import { type BenchConsole, startBenchConsole, team } from './bench-console';
import { Child } from './child';
import { type Figure, percentile, spread } from './figure';
import { now } from './now';
import { progress } from './progress';
import type { EngineTls, SimulatedMessage, SimulatedRequest } from './simulated-messages';

const hostCount = 1000;
const warmUpMs = 90_000;
const steadyMs = 60_000;
const breaksOfAKind = 15;
const detectMaxMs = 60_000;

type Hosts = Child<SimulatedRequest, SimulatedMessage>;

const mebibytes = (bytes: number) => Math.round(bytes / 1024 / 1024);

/** One certificate for all engines: they have one address. */
export const engineTls = async ({ runtime, teamId }: BenchConsole): Promise<EngineTls> => {
  const place = { runtime, teamId };
  const ca = await openAuthority(runtime, await ensureAuthority(place, { kind: 'engine' }));
  const clients = await ensureAuthority(place, { kind: 'console' });
  await consoleCredentials(runtime, teamId);
  const issued = await issueServerCertificate({
    ca,
    commonName: 'simulated',
    sans: ['127.0.0.1'],
    keyBits: 2048,
    validForDays: 30,
    now: runtime.clock.now(),
  });
  return { cert: issued.certificatePem, key: issued.privateKeyPem, ca: clients.certificatePem };
};

/** A machine for each simulated host, with a gate and its engine's port. Returns their ids. */
export const seedMachines = async (
  { api, runtime, teamId }: BenchConsole,
  { ports, enginePorts }: { readonly ports: readonly number[]; readonly enginePorts: readonly number[] },
): Promise<string[]> => {
  const { privateKey } = await generateSshKey({ type: 'ed25519', comment: '' });
  const key = await api.sshKeys.create.mutate({ team, name: 'simulated', privateKey });
  const machines = await runtime.database.prisma.machine.createManyAndReturn({
    data: ports.map((sshPort, index) => {
      const enginePort = enginePorts[index] ?? 1;
      return {
        teamId,
        name: `simulated-${index + 1}`,
        driver: 'generic',
        options: { address: '127.0.0.1', sshPort, sshUser: 'root', sshKeyId: key.id, enginePort },
        engineSettings: {},
        address: '127.0.0.1',
        enginePort,
        enforcement: 'gate' as const,
        state: 'running' as const,
      };
    }),
    select: { id: true },
  });
  return machines.map(({ id }) => id);
};

const contextOf = async ({ runtime, teamId, membershipId }: BenchConsole): Promise<TeamContext> => {
  const { user } = await runtime.database.prisma.membership.findUniqueOrThrow({
    where: { id: membershipId },
    select: { user: { select: { id: true, name: true } } },
  });
  const actor = {
    userId: user.id,
    name: user.name,
    teamId,
    teamSlug: team,
    membershipId,
    role: 'owner' as const,
    address: undefined,
    requestId: 'bench',
  };
  return { runtime, actor, db: teamScope(runtime.database.prisma, teamId) };
};

/** From now on: when an open page of the team was told of changes for the last time, and whoever waits for the next. */
const openPage = async (console_: BenchConsole, signal: AbortSignal) => {
  const context = await contextOf(console_);
  let told: () => void = () => undefined;
  const watch = async (): Promise<void> => {
    for await (const { hasChanges } of watchTeam(context, { signal })) if (hasChanges) told();
  };
  const ended = watch();
  return { ended, next: () => new Promise<void>((resolve) => (told = resolve)) };
};

interface Break {
  readonly machineId: string;
  readonly index: number;
  readonly how: 'stop' | 'freeze';
}

interface Page {
  next(): Promise<void>;
}

/** From what happens to the host until a page that was told of a change finds it in the list. */
const detect = async (console_: BenchConsole, hosts: Hosts, { page, ...what }: Break & { page: Page }) => {
  const { prisma } = console_.runtime.database;
  const broken = hosts.next('broken');
  hosts.send({ kind: 'break', index: what.index, how: what.how });
  const { at } = await broken;
  while (now() - at < detectMaxMs) {
    const told = page.next();
    const { problem } = await prisma.machine.findUniqueOrThrow({
      where: { id: what.machineId },
      select: { problem: true },
    });
    if (problem !== null) return now() - at;
    await told;
  }
  throw new Error(`a change of host ${what.index + 1} was not noticed`);
};

const breakSome = async (console_: BenchConsole, hosts: Hosts, machineIds: readonly string[]) => {
  const ending = new AbortController();
  const page = await openPage(console_, ending.signal);
  const times = { stop: [] as number[], freeze: [] as number[] };
  for (let index = 0; index < 2 * breaksOfAKind; index += 1) {
    const how = index % 2 === 0 ? 'stop' : 'freeze';
    const ms = await detect(console_, hosts, { machineId: machineIds[index] ?? '', index, how, page });
    times[how].push(ms);
    progress(`${how}: noticed after ${Math.round(ms)} ms`);
    // So that a page is not resting from the last change, and pings are at another point of their interval.
    await console_.runtime.clock.sleep(1500 + Math.random() * 1000);
  }
  ending.abort();
  await page.ended;
  return times;
};

const steady = async ({ runtime }: BenchConsole): Promise<Figure[]> => {
  const before = process.cpuUsage();
  const startedAt = now();
  await runtime.clock.sleep(steadyMs);
  const cpu = process.cpuUsage(before);
  const share = (cpu.user + cpu.system) / 10 / (now() - startedAt);
  return [
    { name: 'fleet.cpu', value: Math.round(share * 10) / 10, unit: '%' },
    { name: 'fleet.memory', value: mebibytes(process.memoryUsage.rss()), unit: 'MiB' },
  ];
};

const untilSeen = async ({ runtime, teamId }: BenchConsole): Promise<void> => {
  const startedAt = now();
  for (;;) {
    const missing = await runtime.database.prisma.machine.count({ where: { teamId, lastSeenAt: null } });
    progress(`${missing} hosts are still to be seen`);
    if (missing === 0 && now() - startedAt >= warmUpMs) return;
    await runtime.clock.sleep(5000);
  }
};

/**
 * A console that watches 1,000 simulated hosts of another process, each with SSH, a gate and an engine: its share of one core and
 * its memory while nothing happens, and the time from a change on a host until an open page has heard of it.
 */
export async function benchFleet(): Promise<Figure[]> {
  const postgres = await startPostgres();
  process.env['DATABASE_URL'] = postgres.url;
  process.env['QUAYMASTER_MASTER_KEY'] = randomBytes(32).toString('base64');
  const console_ = await startBenchConsole();
  const hosts: Hosts = new Child('./simulated-hosts.ts');
  try {
    const started = hosts.next('started');
    hosts.send({ kind: 'start', count: hostCount, engine: await engineTls(console_) });
    const machineIds = await seedMachines(console_, await started);
    await untilSeen(console_);
    const load = await steady(console_);
    const { stop, freeze } = await breakSome(console_, hosts, machineIds);
    return [
      ...load,
      ...spread('fleet.detect', [...stop, ...freeze]),
      { name: 'fleet.detect.end.p95', value: percentile(stop, 95), unit: 'ms' },
      { name: 'fleet.detect.silent.p95', value: percentile(freeze, 95), unit: 'ms' },
    ];
  } finally {
    await console_.close();
    hosts.end();
    await postgres.stop();
  }
}
