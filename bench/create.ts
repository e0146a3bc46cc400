import { systemClock } from '@/server/clock/clock';
import { jobKinds } from '@/server/jobs/list';
import { runJob } from '@/server/jobs/run-job';
import { ensureAuthority } from '@/server/operations/pki/ensure-authority';

import { type LabHost, prepareLab, startHost } from '../e2e/lab/lab';
import { createTestConsole } from '../test/support/test-console';
import { type Figure, median } from './figure';
import { HostTime } from './host-time';

type Console = Awaited<ReturnType<typeof createTestConsole>>;

interface Run {
  readonly totalMs: number;
  readonly ownMs: number;
  readonly steps: readonly { readonly name: string; readonly ms: number }[];
}

const createOnce = async (console_: Console, host: LabHost, hostTime: HostTime): Promise<Run> => {
  const member = await console_.seedMember(await console_.seedTeam());
  const team = member.team.slug;
  // As in the product, where a team and a membership have their CAs from the beginning.
  const place = { runtime: console_.runtime, teamId: member.team.id };
  await ensureAuthority(place, { kind: 'engine' });
  await ensureAuthority(place, { kind: 'console' });
  await ensureAuthority(place, { kind: 'client', membershipId: member.actor.membershipId });
  const key = await member.call.sshKeys.create({ team, name: 'lab', privateKey: host.privateKey });
  await member.call.machines.create({
    team,
    name: 'bench',
    driver: 'generic',
    options: { address: host.address, sshUser: host.user, sshKeyId: key.id },
    engine: {},
  });
  const jobId = console_.queue.deliveries.at(-1)?.jobId ?? '';
  hostTime.reset();
  const start = performance.now();
  await runJob(console_.runtime, jobId, { kinds: jobKinds, stopping: new AbortController().signal });
  const totalMs = performance.now() - start;
  const job = await console_.runtime.database.prisma.job.findUniqueOrThrow({
    where: { id: jobId },
    select: { state: true, error: true, steps: { orderBy: { index: 'asc' } } },
  });
  if (job.state !== 'succeeded') throw new Error(`the creation failed: ${JSON.stringify(job.error)}`);
  return {
    totalMs,
    ownMs: totalMs - hostTime.busyMs(),
    steps: job.steps.map((step) => ({
      name: step.name,
      ms: (step.finishedAt?.getTime() ?? 0) - (step.startedAt?.getTime() ?? 0),
    })),
  };
};

const measure = async (engine: 'present' | 'absent', runs: number): Promise<Run[]> => {
  const hostTime = new HostTime();
  const console_ = await createTestConsole({ clock: systemClock });
  const results: Run[] = [];
  try {
    for (let index = 0; index < runs; index += 1) {
      const host = await startHost({ release: 'bookworm', engine });
      try {
        results.push(await createOnce(console_, host, hostTime));
      } finally {
        await host.stop();
      }
    }
  } finally {
    hostTime.stop();
    await console_.close();
  }
  return results;
};

const figuresOf = (prefix: string, runs: readonly Run[]): Figure[] => {
  const steps = runs[0]?.steps ?? [];
  return [
    { name: `${prefix}.total`, value: median(runs.map((run) => run.totalMs / 1000)), unit: 's' },
    { name: `${prefix}.own`, value: median(runs.map((run) => run.ownMs / 1000)), unit: 's' },
    { name: `${prefix}.own-share`, value: median(runs.map((run) => (100 * run.ownMs) / run.totalMs)), unit: '%' },
    ...steps.map((step, index): Figure => ({
      name: `${prefix}.step.${step.name}`,
      value: median(runs.map((run) => (run.steps[index]?.ms ?? 0) / 1000)),
      unit: 's',
    })),
  ];
};

/** Creates machines on fresh Debian 12 hosts, with an engine there already and without: medians, in seconds. */
export async function benchCreate(): Promise<Figure[]> {
  await prepareLab(['bookworm']);
  return [
    ...figuresOf('create.present', await measure('present', 5)),
    ...figuresOf('create.install', await measure('absent', 3)),
  ];
}
