import { consoleCredentials } from '@/server/operations/pki/console-credentials';
import { generateSshKey } from '@/server/ssh/keys';

import { type BenchConsole, startBenchConsole, team } from './bench-console';
import { Child } from './child';
import { type Figure, spread } from './figure';
import { progress } from './progress';
import type { SimulatedMessage, SimulatedRequest } from './simulated-messages';

const hostCount = 500;
const revocations = 20;
/** The two ends of these connections share this machine, so they are opened a few at a time. */
const openedAtOnce = 8;

type Hosts = Child<SimulatedRequest, SimulatedMessage>;

const mebibytes = (bytes: number) => Math.round(bytes / 1024 / 1024);

/** Machines that were taken before: their rows alone, each of which admits the console's owner. */
const seedMachines = async ({ api, runtime, teamId, membershipId }: BenchConsole, ports: readonly number[]) => {
  // Made with a team's first machine.
  await consoleCredentials(runtime, teamId);
  const { privateKey } = await generateSshKey({ type: 'ed25519', comment: '' });
  const key = await api.sshKeys.create.mutate({ team, name: 'simulated', privateKey });
  const { prisma } = runtime.database;
  const machines = await prisma.machine.createManyAndReturn({
    data: ports.map((sshPort, index) => ({
      teamId,
      name: `simulated-${index + 1}`,
      driver: 'generic',
      options: { address: '127.0.0.1', sshPort, sshUser: 'root', sshKeyId: key.id, enginePort: 1 },
      engineSettings: {},
      address: '127.0.0.1',
      enginePort: 1,
      enforcement: 'gate' as const,
      state: 'running' as const,
    })),
    select: { id: true },
  });
  await prisma.admission.createMany({ data: machines.map(({ id }) => ({ teamId, machineId: id, membershipId })) });
  return machines.map(({ id }) => id);
};

const openConnections = async ({ runtime }: BenchConsole, machineIds: readonly string[]): Promise<void> => {
  for (let index = 0; index < machineIds.length; index += openedAtOnce) {
    const some = machineIds.slice(index, index + openedAtOnce);
    await Promise.all(some.map((id) => runtime.admissions.pushNow(id)));
  }
};

const settled = async (hosts: Hosts, fingerprint: string, admitted: boolean): Promise<number> => {
  const answer = hosts.next('settled');
  hosts.send({ kind: 'await', fingerprint, admitted });
  return (await answer).at;
};

/** Until what the hosts have confirmed is written down, so that one revocation is measured at a time. */
const untilQuiet = async ({ runtime }: BenchConsole): Promise<void> => {
  for (;;) {
    const pending = await runtime.database.prisma.receipt.count({ where: { state: 'pending' } });
    if (pending === 0) return;
    await runtime.clock.sleep(200);
  }
};

const revokeOnce = async (console_: BenchConsole, hosts: Hosts, index: number): Promise<number> => {
  const { id, fingerprint } = await console_.issue(`laptop-${index}`);
  progress(`certificate ${index + 1} is issued`);
  await settled(hosts, fingerprint, true);
  await untilQuiet(console_);
  const gone = settled(hosts, fingerprint, false);
  const cpuBefore = process.cpuUsage();
  await console_.api.certificates.revoke.mutate({ team, ids: [id], reason: 'keyCompromise' });
  const ms = (await gone) - console_.arrivedAt();
  const cpu = process.cpuUsage(cpuBefore);
  await untilQuiet(console_);
  progress(
    `revocation ${index + 1} of ${revocations}: ${Math.round(ms)} ms, of which ${Math.round((cpu.user + cpu.system) / 1000)} ms CPU`,
  );
  return ms;
};

/**
 * Revokes certificates that 500 hosts admit, which are SSH servers of this machine: milliseconds from the request's arrival
 * until the last one has taken the certificate out. The connections to them are open from the first change on.
 */
export async function benchRevokeSimulated(): Promise<Figure[]> {
  const console_ = await startBenchConsole();
  const hosts: Hosts = new Child('./simulated-hosts.ts');
  try {
    const started = hosts.next('started');
    hosts.send({ kind: 'start', count: hostCount });
    const memoryBefore = process.memoryUsage.rss();
    const machineIds = await seedMachines(console_, (await started).ports);
    await openConnections(console_, machineIds);
    progress(`${machineIds.length} hosts are connected`);
    const times: number[] = [];
    for (let index = 0; index < revocations; index += 1) times.push(await revokeOnce(console_, hosts, index));
    return [
      ...spread('revoke500', times),
      { name: 'revoke500.memory', value: mebibytes(process.memoryUsage.rss()), unit: 'MiB' },
      { name: 'revoke500.memory.before', value: mebibytes(memoryBefore), unit: 'MiB' },
    ];
  } finally {
    await console_.close();
    hosts.end();
  }
}
