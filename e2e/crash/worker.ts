// A console without pages, in a process of its own, that is disturbed where its plan says; see harness.ts.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeSync } from 'node:fs';

import { getDriver } from '@/server/drivers/registry';
import { jobKinds } from '@/server/jobs/list';
import { readLog } from '@/server/jobs/logs/read-log';
import { providerContextFor, silentLog } from '@/server/operations/ledger/driver-context-for';
import { createCaller } from '@/server/routers/root';
import type { Runtime } from '@/server/runtime';
import { startConsole } from '@/server/start';

import { disturbedKinds, type Fault, nameOf, type StepCounts, type Striker } from './faults';
import type { Facts, JobFacts, Message, Plan } from './protocol';

const plan = JSON.parse(process.env['CRASH_PLAN'] ?? '') as Plan;
const team = 'crash';
const machine = 'edge-1';

/** Written at once: the process may end with the next statement. */
const say = (message: Message): void => void writeSync(1, `${JSON.stringify(message)}\n`);

const makeStriker = (): Striker & { all: Record<string, StepCounts> } => {
  const pending = new Map(plan.faults.map((fault) => [nameOf(fault), fault]));
  const all: Record<string, StepCounts> = {};
  return {
    all,
    counts: (step) => (all[step] ??= { commands: 0, lines: 0, checkpoints: 0 }),
    strike: async (fault: Fault) => {
      if (!pending.delete(nameOf(fault))) return;
      say({ type: 'struck', fault });
      if (plan.mode === 'kill') process.kill(process.pid, 'SIGKILL');
      await once(process.stdin, 'data');
    },
  };
};

const ensureOwner = async ({ database }: Runtime) => {
  const { prisma } = database;
  const known = await prisma.user.findFirst({ select: { id: true, name: true, email: true } });
  if (known) return known;
  return prisma.$transaction(async (tx) => {
    const { id: teamId } = await tx.team.create({ data: { slug: team, name: 'Crash' }, select: { id: true } });
    const user = await tx.user.create({
      data: { email: 'owner@example.test', name: 'Owner' },
      select: { id: true, name: true, email: true },
    });
    await tx.membership.create({ data: { teamId, userId: user.id, role: 'owner' }, select: { id: true } });
    return user;
  });
};

const ask = async (runtime: Runtime): Promise<void> => {
  const user = await ensureOwner(runtime);
  const api = createCaller({
    runtime,
    signedIn: { sessionId: randomUUID(), user },
    address: undefined,
    requestId: randomUUID(),
  });
  const { prisma } = runtime.database;
  if (plan.create && (await prisma.job.count()) === 0) {
    const { input, privateKey } = plan.create;
    const key = privateKey === undefined ? undefined : await api.sshKeys.create({ team, name: 'lab', privateKey });
    const options = { ...(input['options'] as object), ...(key && { sshKeyId: key.id }) };
    // The plan holds an input as the form would send it; the procedure judges it.
    await api.machines.create({ ...(input as { driver: string }), team, name: machine, options });
  }
  if (plan.remove && (await prisma.job.count({ where: { kind: 'machine.remove' } })) === 0) {
    await api.machines.remove({
      team,
      machine,
      confirm: machine,
      mode: 'restore',
      removeEngine: true,
      deleteData: true,
    });
  }
};

const untilIdle = async ({ database, clock }: Runtime): Promise<void> => {
  for (;;) {
    const active = await database.prisma.job
      .count({ where: { state: { in: ['queued', 'running', 'waiting', 'cancelling'] } } })
      // The database may be away: that is what some of the tests do.
      .catch(() => 1);
    if (active === 0) return;
    await clock.sleep(50);
  }
};

const jobFacts = async ({ database: { prisma } }: Runtime): Promise<JobFacts[]> => {
  const jobs = await prisma.job.findMany({
    orderBy: { createdAt: 'asc' },
    select: {
      id: true,
      kind: true,
      state: true,
      error: true,
      steps: { orderBy: { index: 'asc' }, select: { name: true, state: true, tries: true } },
    },
  });
  return Promise.all(
    jobs.map(async ({ id, ...job }) => {
      const lines = await readLog(prisma, { job: id, from: 1, to: 1_000_000 });
      return { ...job, seqs: lines.map(({ seq }) => seq), texts: lines.map(({ text }) => text) };
    }),
  );
};

const inventory = async (runtime: Runtime): Promise<string[]> => {
  const { account, options } = getDriver('fake');
  const { id, slug } = await runtime.database.prisma.team.findFirstOrThrow({ select: { id: true, slug: true } });
  const things = await account?.inventory(
    providerContextFor(
      runtime,
      { team: { id, slug }, driver: 'fake' },
      { signal: new AbortController().signal, log: silentLog },
    ),
    options.parse({}),
    null,
  );
  return (things ?? []).map(({ kind, providerId }) => `${kind} ${providerId}`).toSorted();
};

const collect = async (runtime: Runtime, counts: Facts['counts']): Promise<Facts> => {
  const { prisma } = runtime.database;
  const [machines, certificates, secrets, things, audit] = await Promise.all([
    prisma.machine.findMany({
      select: { name: true, state: true, enforcement: true, wantedVersion: true, confirmedVersion: true, labels: true },
    }),
    prisma.certificate.findMany({ where: { kind: { not: 'canary' } }, select: { kind: true, status: true } }),
    prisma.secret.findMany({ select: { purpose: true } }),
    prisma.resource.findMany({ where: { goneAt: null }, select: { kind: true, providerId: true } }),
    prisma.auditEvent.findMany({ orderBy: { seq: 'asc' }, select: { action: true } }),
  ]);
  return {
    jobs: await jobFacts(runtime),
    machines,
    certificates: certificates.map(({ kind, status }) => `${kind} ${status}`).toSorted(),
    secrets: secrets.map(({ purpose }) => purpose).toSorted(),
    ledger: things.map(({ kind, providerId }) => `${kind} ${providerId}`).toSorted(),
    inventory: await inventory(runtime),
    audit: audit.map(({ action }) => action),
    counts,
  };
};

const striker = makeStriker();
const started = await startConsole(undefined, { kinds: disturbedKinds(jobKinds, striker) });
await ask(started.runtime);
await untilIdle(started.runtime);
say({ type: 'over', facts: await collect(started.runtime, striker.all) });
await started.stop();
process.exit(0);
