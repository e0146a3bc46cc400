import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createTRPCClient, httpLink, type TRPCClient } from '@trpc/client';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { encode } from 'next-auth/jwt';
import superjson from 'superjson';

import { readEnv } from '@/env';
import { createKeyAndRequest } from '@/lib/csr/webcrypto-request';
import { requestScope } from '@/server/auth/request-scope';
import { sessionTokenSecret } from '@/server/auth/session-cookie';
import { ensureAuthority } from '@/server/operations/pki/ensure-authority';
import { type AppRouter, appRouter } from '@/server/routers/root';
import type { Runtime } from '@/server/runtime';
import type { ClientPair } from '@/server/self-test/tls-call';
import { startConsole } from '@/server/start';

import { now } from './now';

export const team = 'bench';

export interface IssuedPair extends ClientPair {
  readonly id: string;
  readonly fingerprint: string;
  readonly ca: string;
}

/**
 * A console in this process as operators run it: database, queue with workers, monitor and pushes, and its API over HTTP.
 * Without DATABASE_URL its database is the embedded one, in a folder that goes with it.
 */
export interface BenchConsole {
  readonly runtime: Runtime;
  readonly teamId: string;
  readonly membershipId: string;
  /** Calls the API as the browser of an owner does: over HTTP, with a session. */
  readonly api: TRPCClient<AppRouter>;
  /** When the last request arrived, see now(). */
  arrivedAt(): number;
  /** Waits for the end of a job. Throws its error where it fails. */
  jobEnds(jobId: string): Promise<void>;
  /** A client certificate for a device of the owner, with its key. */
  issue(deviceName: string): Promise<IssuedPair>;
  close(): Promise<void>;
}

const seedOwner = async (runtime: Runtime) => {
  const { prisma } = runtime.database;
  const at = runtime.clock.now();
  const { id: teamId } = await prisma.team.create({ data: { slug: team, name: 'Bench' }, select: { id: true } });
  const user = { email: 'owner@example.test', name: 'Owner' };
  const { id: userId } = await prisma.user.create({ data: user, select: { id: true } });
  const membership = await prisma.membership.create({
    data: { teamId, userId, role: 'owner' },
    select: { id: true },
  });
  const session = await prisma.session.create({
    data: { userId, createdAt: at, lastSeenAt: at, expiresAt: new Date(at.getTime() + 86_400_000) },
    select: { id: true },
  });
  // As in the product, where a team and a membership have their CAs from the beginning.
  const place = { runtime, teamId };
  await ensureAuthority(place, { kind: 'engine' });
  await ensureAuthority(place, { kind: 'console' });
  await ensureAuthority(place, { kind: 'client', membershipId: membership.id });
  return { teamId, membershipId: membership.id, sessionId: session.id };
};

const serve = async () => {
  let arrivedAt = 0;
  const handler = createHTTPHandler({
    router: appRouter,
    createContext: ({ req }) => requestScope(new Headers(Object.entries(req.headers).map(([k, v]) => [k, String(v)]))),
  });
  const server = createServer((request, response) => {
    arrivedAt = now();
    handler(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const place = server.address();
  if (place === null || typeof place === 'string') throw new Error('no TCP port');
  return { server, url: `http://127.0.0.1:${place.port}`, arrivedAt: () => arrivedAt };
};

const untilJobEnds = async ({ database, clock }: Runtime, id: string): Promise<void> => {
  for (;;) {
    const job = await database.prisma.job.findUniqueOrThrow({ where: { id }, select: { state: true, error: true } });
    if (job.state === 'succeeded') return;
    if (job.state === 'failed') throw new Error(`the job failed: ${JSON.stringify(job.error)}`);
    await clock.sleep(100);
  }
};

export async function startBenchConsole(): Promise<BenchConsole> {
  const folder = await mkdtemp(join(tmpdir(), 'quaymaster-bench-'));
  const started = await startConsole(
    readEnv({ ...process.env, QUAYMASTER_DATA_DIR: folder, QUAYMASTER_LOG_LEVEL: 'error' }),
  );
  const { runtime } = started;
  const { teamId, membershipId, sessionId } = await seedOwner(runtime);
  const { server, url, arrivedAt } = await serve();
  const token = await encode({ token: { sid: sessionId }, secret: sessionTokenSecret(runtime) });
  const headers = { cookie: `next-auth.session-token=${token}` };
  const api = createTRPCClient<AppRouter>({ links: [httpLink({ url, transformer: superjson, headers })] });
  return {
    runtime,
    teamId,
    membershipId,
    api,
    arrivedAt,
    jobEnds: (jobId) => untilJobEnds(runtime, jobId),
    issue: async (deviceName) => {
      const { subtle } = globalThis.crypto;
      const { privateKeyPem, csrPem } = await createKeyAndRequest({
        commonName: deviceName,
        bits: 2048,
        crypto: subtle,
      });
      const issued = await api.certificates.issue.mutate({ team, deviceName, csrPem });
      return {
        id: issued.certificateId,
        fingerprint: issued.fingerprint,
        ca: issued.caPem,
        cert: issued.certificatePem,
        key: privateKeyPem,
      };
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await started.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
