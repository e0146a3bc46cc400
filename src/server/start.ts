import 'server-only';
import { type Env, readEnv } from '@/env';

import { GateAdmissions } from './admission/gate-admissions';
import { RemoteAdmissions } from './admission/remote-admissions';
import { requeueJobs } from './backup/requeue';
import { LocalBus } from './bus/bus';
import { PostgresBus } from './bus/postgres-bus';
import { systemClock } from './clock/clock';
import { holdDataFolder } from './db/data-folder';
import { type Database, openDatabase } from './db/database';
import { loadExternalDrivers } from './drivers/external';
import { allDrivers, setExternalDrivers } from './drivers/registry';
import { keepHouse } from './housekeeping/housekeeping';
import { Hypervisors } from './hypervisors/hypervisors';
import { HandedOver } from './jobs/interruption';
import type { JobKind } from './jobs/job-kind';
import { jobRunner } from './jobs/job-runner';
import { jobKinds } from './jobs/list';
import { openJobQueue } from './jobs/queue';
import { createLog, type Log } from './log/log';
import { withLogContext } from './log/log-context';
import { runSampler } from './metrics/sampler';
import { runMonitor } from './monitor/monitor';
import { hypervisorAccess } from './operations/hypervisors/hypervisor-access';
import { HeartbeatReplicas } from './replicas/replicas';
import { type Runtime, setRuntime } from './runtime';
import { ensureMasterKeyFile } from './secrets/master-key';
import { SecretStore } from './secrets/secret-store';

const jobsAtOnce = 8;

const openBus = ({ backend }: Database, log: Log) =>
  backend.kind === 'postgres' ? PostgresBus.open({ pool: backend.pool, url: backend.url, log }) : new LocalBus();

/** A console that runs: its runtime, and the way to stop it. */
export interface StartedConsole {
  readonly runtime: Runtime;
  /** Hands running jobs over, closes the database and frees the data folder. */
  stop(): Promise<void>;
}

/**
 * Starts everything behind the web server: takes the data folder, migrates the database, opens the secrets, begins to work
 * on jobs. Throws SettingsError with one sentence where the settings cannot work.
 */
export async function startConsole(
  env: Env = readEnv(),
  { kinds = jobKinds }: { readonly kinds?: ReadonlyMap<string, JobKind> } = {},
): Promise<StartedConsole> {
  const log = createLog(env.logLevel);
  const taken = allDrivers.map(({ id }) => id);
  setExternalDrivers(await loadExternalDrivers(env.drivers, { dataDir: env.dataDir, taken }));
  const folder = env.databaseUrl ? undefined : await holdDataFolder(env.dataDir);
  const database = await openDatabase({ url: env.databaseUrl, dataDir: folder?.path });
  const masterKey = env.masterKey ?? ensureMasterKeyFile(env.dataDir);
  const secrets = await SecretStore.open(database.prisma, masterKey);
  const bus = await openBus(database, log);
  const queue = await openJobQueue(database, { log, concurrency: jobsAtOnce });
  const admissions = env.role === 'web' ? new RemoteAdmissions(() => runtime) : new GateAdmissions(() => runtime);
  const replicas = await HeartbeatReplicas.join({ database, clock: systemClock, log, role: env.role });
  const hypervisors = new Hypervisors((ref) => hypervisorAccess(runtime, ref));
  bus.subscribe('hypervisors', () => hypervisors.doubt());
  const runtime: Runtime = {
    env,
    database,
    secrets,
    bus,
    queue,
    admissions,
    hypervisors,
    replicas,
    clock: systemClock,
    log,
  };
  setRuntime(runtime);
  const stopping = new AbortController();
  const works = env.role !== 'web';
  const { signal } = stopping;
  const background = [
    runSampler(runtime, signal),
    ...(works ? [runMonitor(runtime, signal), keepHouse(runtime, signal)] : []),
  ];
  const run = jobRunner(runtime, { kinds, stopping: signal });
  if (works) {
    await requeueJobs(runtime);
    await queue.work((jobId) => withLogContext({ jobId }, () => run(jobId)));
  }
  return {
    runtime,
    stop: async () => {
      stopping.abort(new HandedOver());
      await queue.stop();
      await Promise.all(background);
      await replicas.leave();
      await admissions.close();
      await hypervisors.close();
      await bus.close();
      setRuntime(undefined);
      await database.close();
      await folder?.release();
    },
  };
}
