import { randomBytes, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Role } from '@/lib/role';
import type { Admissions } from '@/server/admission/admissions';
import type { Actor } from '@/server/audit/actor';
import { LocalBus } from '@/server/bus/bus';
import type { Clock } from '@/server/clock/clock';
import { teamScope } from '@/server/db/team-scope';
import { Hypervisors } from '@/server/hypervisors/hypervisors';
import type { JobQueue } from '@/server/jobs/queue';
import { createLog } from '@/server/log/log';
import { hypervisorAccess } from '@/server/operations/hypervisors/hypervisor-access';
import type { TeamContext } from '@/server/operations/team-context';
import { createCaller } from '@/server/routers/root';
import type { Runtime } from '@/server/runtime';
import { SecretStore } from '@/server/secrets/secret-store';

import { FakeClock } from './fake-clock';
import { openTestDatabase } from './test-database';

/** A queue that only notes what was handed to it: router tests look at deliveries, nothing runs. */
export class NotedQueue implements JobQueue {
  readonly deliveries: { jobId: string; key: string }[] = [];
  enqueue(_tx: unknown, delivery: { jobId: string; key: string }): Promise<void> {
    this.deliveries.push(delivery);
    return Promise.resolve();
  }
  work = () => Promise.resolve();
  stop = () => Promise.resolve();
}

/** Notes which machines were to be pushed to; no host is there. */
export class NotedAdmissions implements Admissions {
  readonly pushed: string[][] = [];
  push(machineIds: readonly string[]): void {
    this.pushed.push([...machineIds]);
  }
  pushNow(machineId: string): Promise<void> {
    this.pushed.push([machineId]);
    return Promise.resolve();
  }
  keepUpToDate(machineId: string): Promise<void> {
    return this.pushNow(machineId);
  }
  forget = () => undefined;
  close = () => Promise.resolve();
}

export interface TestMember {
  readonly user: { readonly id: string; readonly name: string; readonly email: string };
  readonly team: { readonly id: string; readonly slug: string };
  readonly actor: Actor;
  readonly context: TeamContext;
  /** Calls the API as this member. */
  readonly call: ReturnType<typeof createCaller>;
}

/** Whom a test needs, and the slug of their team. */
type Crew<Name extends string> = Readonly<Record<Name, TestMember>> & { readonly team: string };

/**
 * A console for one test file: real database, sealed secrets and procedures; a clock, a queue and pushes that the test controls.
 * Close it in afterAll. Tests against real hosts pass the system clock.
 */
export async function createTestConsole(options: { clock?: Clock } = {}) {
  const database = await openTestDatabase();
  const clock = new FakeClock();
  // Not made here: only what keeps files makes it.
  const dataDir = join(tmpdir(), `quaymaster-test-${randomUUID()}`);
  const queue = new NotedQueue();
  const admissions = new NotedAdmissions();
  const runtime: Runtime = {
    env: {
      port: 3000,
      host: '127.0.0.1',
      dataDir,
      databaseUrl: undefined,
      masterKey: undefined,
      url: 'http://127.0.0.1:3000',
      admin: undefined,
      role: 'all',
      metricsToken: undefined,
      drivers: [],
      development: true,
      ownSources: [],
      cloudIdentityTeams: [],
      logLevel: 'error',
    },
    database,
    secrets: await SecretStore.open(database.prisma, randomBytes(32)),
    bus: new LocalBus(),
    queue,
    admissions,
    hypervisors: new Hypervisors((ref) => hypervisorAccess(runtime, ref)),
    replicas: { self: { id: randomUUID(), role: 'all' }, looksAfter: () => true },
    clock: options.clock ?? clock,
    log: createLog('silent'),
  };
  const { prisma } = database;
  const scope = { runtime, address: '192.0.2.10', requestId: 'test-request' };

  const seedTeam = (slug = `team-${randomBytes(4).toString('hex')}`) =>
    prisma.team.create({ data: { slug, name: `Team ${slug}` }, select: { id: true, slug: true } });

  const seedMember = async (team: { id: string; slug: string }, role: Role = 'owner'): Promise<TestMember> => {
    const id = randomUUID();
    const user = await prisma.user.create({
      data: { id, email: `${role}-${id.slice(0, 8)}@example.test`, name: `${role} ${id.slice(0, 4)}` },
      select: { id: true, name: true, email: true },
    });
    const membership = await prisma.membership.create({
      data: { teamId: team.id, userId: user.id, role },
      select: { id: true },
    });
    const actor: Actor = {
      userId: user.id,
      name: user.name,
      teamId: team.id,
      teamSlug: team.slug,
      membershipId: membership.id,
      role,
      address: scope.address,
      requestId: scope.requestId,
    };
    return {
      user,
      team,
      actor,
      context: { runtime, actor, db: teamScope(prisma, team.id) },
      call: createCaller({ ...scope, signedIn: { sessionId: randomUUID(), user } }),
    };
  };

  /** A team with a member of each role that is named; `stranger` owns another team. */
  const seedCrew = async <Name extends Role | 'stranger'>(...names: readonly Name[]): Promise<Crew<Name>> => {
    const row = await seedTeam();
    const members = names.map(async (name) => [
      name,
      name === 'stranger' ? await seedMember(await seedTeam()) : await seedMember(row, name),
    ]);
    return { team: row.slug, ...Object.fromEntries(await Promise.all(members)) } as Crew<Name>;
  };

  return {
    runtime,
    clock,
    queue,
    admissions,
    seedTeam,
    seedMember,
    seedCrew,
    /** Calls the API without being signed in. */
    stranger: createCaller({ ...scope, signedIn: null }),
    close: async () => {
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export type TestConsole = Awaited<ReturnType<typeof createTestConsole>>;
