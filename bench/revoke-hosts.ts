import { type LabHost, prepareLab, startHost } from '../e2e/lab/lab';
import { type BenchConsole, startBenchConsole, team } from './bench-console';
import { Child } from './child';
import { type Figure, spread } from './figure';
import { progress } from './progress';
import type { Watch, WatcherMessage } from './watcher-messages';

const hostCount = 10;
const revocations = 20;
/** They share this machine. */
const hostsAtOnce = 2;
const enginePort = 2376;

const startHosts = async (): Promise<LabHost[]> => {
  await prepareLab(['bookworm']);
  const hosts: LabHost[] = [];
  while (hosts.length < hostCount) {
    const more = Math.min(hostsAtOnce, hostCount - hosts.length);
    hosts.push(
      ...(await Promise.all(Array.from({ length: more }, () => startHost({ release: 'bookworm', engine: 'present' })))),
    );
  }
  return hosts;
};

/** Takes the hosts as machines with a gate, each of which admits the console's owner. */
export async function takeHosts(console_: BenchConsole, hosts: readonly LabHost[]): Promise<void> {
  const [first] = hosts;
  if (!first) return;
  const { api } = console_;
  const key = await api.sshKeys.create.mutate({ team, name: 'lab', privateKey: first.privateKey });
  const take = async (host: LabHost, name: string): Promise<void> => {
    const options = { address: host.address, sshUser: host.user, sshKeyId: key.id };
    const machine = { team, name, driver: 'generic', options, engine: {}, enforcement: 'gate' } as const;
    const { jobId } = await api.machines.create.mutate(machine);
    await console_.jobEnds(jobId);
  };
  for (let index = 0; index < hosts.length; index += hostsAtOnce) {
    const some = hosts.slice(index, index + hostsAtOnce);
    await Promise.all(some.map((host, offset) => take(host, `edge-${index + offset + 1}`)));
  }
}

interface Revocation {
  readonly refusedMs: number;
  readonly cutMs: number;
}

const revokeOnce = async (
  console_: BenchConsole,
  { hosts, watcher, index }: { hosts: readonly LabHost[]; watcher: Child<Watch, WatcherMessage>; index: number },
): Promise<Revocation> => {
  const { id, ca, cert, key } = await console_.issue(`laptop-${index}`);
  watcher.send({
    pair: { cert, key },
    targets: hosts.map(({ address }) => ({ address, port: enginePort, engineCaPem: ca })),
  });
  await watcher.next('ready');
  const ended = watcher.next('refused');
  await console_.api.certificates.revoke.mutate({ team, ids: [id], reason: 'keyCompromise' });
  const arrivedAt = console_.arrivedAt();
  const { at, cutAt } = await ended;
  const run = { refusedMs: Math.max(...at) - arrivedAt, cutMs: Math.max(...cutAt) - arrivedAt };
  progress(
    `revocation ${index + 1} of ${revocations}: refused ${Math.round(run.refusedMs)} ms, cut ${Math.round(run.cutMs)} ms`,
  );
  return run;
};

/**
 * Revokes certificates that are in use on ten real hosts: milliseconds from the request's arrival until the last host
 * refuses a fresh handshake, and until the last held stream has ended.
 */
export async function benchRevokeHosts(): Promise<Figure[]> {
  let hosts: LabHost[] = [];
  const console_ = await startBenchConsole();
  const watcher = new Child<Watch, WatcherMessage>('./watcher.ts');
  try {
    hosts = await startHosts();
    progress(`${hosts.length} hosts run`);
    await takeHosts(console_, hosts);
    progress('each has a gate');
    const runs: Revocation[] = [];
    for (let index = 0; index < revocations; index += 1) {
      runs.push(await revokeOnce(console_, { hosts, watcher, index }));
    }
    return [
      ...spread(
        'revoke.refused',
        runs.map((run) => run.refusedMs),
      ),
      ...spread(
        'revoke.cut',
        runs.map((run) => run.cutMs),
      ),
    ];
  } finally {
    watcher.end();
    await console_.close();
    await Promise.all(hosts.map((host) => host.stop()));
  }
}
