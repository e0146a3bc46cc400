import 'server-only';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

const stepSeconds = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
const revocationSeconds = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 30, 60, 300];

const make = () => {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,

    // Counted where it happens.
    jobsEnded: new Counter({
      name: 'quaymaster_jobs_ended_total',
      help: 'Jobs that this process has ended.',
      labelNames: ['kind', 'outcome'] as const,
      registers,
    }),
    stepDuration: new Histogram({
      name: 'quaymaster_job_step_duration_seconds',
      help: 'How long the steps of jobs took.',
      labelNames: ['kind', 'step', 'outcome'] as const,
      buckets: stepSeconds,
      registers,
    }),
    sseViewers: new Gauge({
      name: 'quaymaster_sse_viewers',
      help: 'Browsers that watch a stream of this process.',
      labelNames: ['stream'] as const,
      registers,
    }),
    sshConnections: new Gauge({
      name: 'quaymaster_ssh_connections',
      help: 'Open SSH connections of this process to hosts.',
      labelNames: ['use'] as const,
      registers,
    }),
    probes: new Counter({
      name: 'quaymaster_probes_total',
      help: 'Looks at machines from the outside, by what they found.',
      labelNames: ['outcome'] as const,
      registers,
    }),
    revocation: new Histogram({
      name: 'quaymaster_revocation_seconds',
      help: 'From the request that takes access away to the confirmation by a host.',
      buckets: revocationSeconds,
      registers,
    }),
    callDuration: new Histogram({
      name: 'quaymaster_call_duration_seconds',
      help: 'How long calls of the API took, streams left out.',
      labelNames: ['type', 'outcome'] as const,
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),

    // Read when somebody asks; see read-state.ts.
    jobs: new Gauge({
      name: 'quaymaster_jobs',
      help: 'Jobs of the whole installation that have not ended.',
      labelNames: ['kind', 'state'] as const,
      registers,
    }),
    queueAge: new Gauge({
      name: 'quaymaster_queue_age_seconds',
      help: 'For how long the oldest queued job has been waiting; 0 when none is.',
      registers,
    }),
    machines: new Gauge({
      name: 'quaymaster_machines',
      help: 'Machines of the whole installation.',
      labelNames: ['state'] as const,
      registers,
    }),
    databaseConnections: new Gauge({
      name: 'quaymaster_database_connections',
      help: 'Connections of this process to PostgreSQL: open, of these idle, and requests that wait for one.',
      labelNames: ['state'] as const,
      registers,
    }),
    info: new Gauge({
      name: 'quaymaster_info',
      help: 'Always 1; its labels say which version runs, in which role.',
      labelNames: ['version', 'role'] as const,
      registers,
    }),
  };
};

export type Metrics = ReturnType<typeof make>;

// Next bundles the start hook and each route on their own, so a module variable would exist several times in one process.
const holder = globalThis as { quaymasterMetrics?: Metrics };

/** What this process counts and measures, for GET /metrics and the System page. docs/operations.md lists all of it. */
export const metrics = (): Metrics => (holder.quaymasterMetrics ??= make());

/** The sum of a gauge or a counter over all of its labels. */
export async function totalOf(metric: Gauge | Counter): Promise<number> {
  const { values } = await metric.get();
  return values.reduce((sum, { value }) => sum + value, 0);
}
