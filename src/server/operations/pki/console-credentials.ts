import 'server-only';
import type { Transaction } from '@/server/db/database';
import { invariant } from '@/server/errors/app-error';
import { issueClientKeyPair } from '@/server/pki/client-certificate';
import type { Runtime } from '@/server/runtime';

import { engineCaBundle } from './engine-ca-bundle';
import { ensureAuthority, openAuthority } from './ensure-authority';
import { storeCertificate } from './store-certificate';

/** What the console itself presents to an engine, and whom it trusts. PEM. */
export interface ConsoleCredentials {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const validForDays = 30;
/** Gates admit by fingerprint: a successor is used once every host that can be reached has had this long to learn it. */
const settleMs = 60 * 60_000;

const findValid = async (runtime: Runtime, teamId: string) => {
  const rows = await runtime.database.prisma.certificate.findMany({
    where: {
      teamId,
      kind: 'console',
      status: 'active',
      notAfter: { gt: runtime.clock.now() },
      authority: { retiredAt: null },
      secretId: { not: null },
    },
    orderBy: { createdAt: 'desc' },
    select: { pem: true, secretId: true, createdAt: true, notBefore: true, notAfter: true },
  });
  return rows.flatMap(({ secretId, ...row }) => (secretId === null ? [] : [{ ...row, secretId }]));
};

type Kept = Awaited<ReturnType<typeof findValid>>[number];

// At half of its life, so that the successor is known everywhere long before the former one ends.
const isHalfOver = ({ notBefore, notAfter }: Kept, now: Date) =>
  now.getTime() - notBefore.getTime() >= (notAfter.getTime() - notBefore.getTime()) / 2;

const lock = async (tx: Transaction, teamId: string): Promise<void> => {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`console-certificate:${teamId}`}, 0))`;
};

/** Makes the next certificate, and has every gate of the team told of it in the same transaction. */
const makeSuccessor = async (runtime: Runtime, teamId: string): Promise<void> => {
  const { prisma } = runtime.database;
  const authority = await ensureAuthority({ runtime, teamId }, { kind: 'console' });
  const team = await prisma.team.findUniqueOrThrow({ where: { id: teamId }, select: { slug: true } });
  const now = runtime.clock.now();
  const issued = await issueClientKeyPair({
    ca: await openAuthority(runtime, authority),
    subject: { member: { id: 'console', email: 'console' }, device: { id: 'console', name: 'console' }, team },
    keyBits: 2048,
    validForDays,
    now,
  });
  await prisma.$transaction(async (tx) => {
    await lock(tx, teamId);
    const newest = await tx.certificate.findFirst({
      where: { teamId, kind: 'console', status: 'active', authority: { retiredAt: null } },
      orderBy: { createdAt: 'desc' },
      select: { pem: true, secretId: true, createdAt: true, notBefore: true, notAfter: true },
    });
    // Another caller was faster.
    if (newest?.secretId && !isHalfOver({ ...newest, secretId: newest.secretId }, now)) return;
    await storeCertificate(runtime, tx, { teamId, authorityId: authority.id, kind: 'console', issued });
    await tx.machine.updateMany({
      where: { teamId, OR: [{ enforcement: 'gate' }, { enforcementWanted: 'gate' }] },
      data: { wantedVersion: { increment: 1 } },
    });
  });
};

/**
 * The console's own client certificate in a team, signed by the team's console CA, which every machine of the team admits.
 * Made at first use. From half of its life on it has a successor, which is used once it is an hour old: until then the hosts
 * are told of it. Trusts every engine CA of the team that is not retired.
 */
export async function consoleCredentials(runtime: Runtime, teamId: string): Promise<ConsoleCredentials> {
  const { pem: ca } = await engineCaBundle(runtime, teamId);
  const now = runtime.clock.now();
  let valid = await findValid(runtime, teamId);
  if (!valid[0] || isHalfOver(valid[0], now)) {
    await makeSuccessor(runtime, teamId);
    valid = await findValid(runtime, teamId);
  }
  const settled = valid.find(({ createdAt }) => now.getTime() - createdAt.getTime() >= settleMs);
  const chosen = settled ?? valid.at(-1);
  invariant(chosen, `team ${teamId} has no valid console certificate`);
  const ref = { id: chosen.secretId, teamId, purpose: 'certificate-key' as const };
  return { ca, cert: chosen.pem, key: await runtime.secrets.open(runtime.database.prisma, ref) };
}
