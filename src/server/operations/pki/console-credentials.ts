import 'server-only';
import { issueClientKeyPair } from '@/server/pki/client-certificate';
import type { Runtime } from '@/server/runtime';

import { ensureAuthority, openAuthority } from './ensure-authority';
import { storeCertificate } from './store-certificate';

/** What the console itself presents to an engine, and whom it trusts. PEM. */
export interface ConsoleCredentials {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const validForDays = 30;
// Renewed at two thirds of its life, so that a look at an engine never meets an expired one.
const renewAfterMs = (validForDays * 24 * 60 * 60 * 1000 * 2) / 3;

const place = (teamId: string, now: Date) => ({
  teamId,
  kind: 'console' as const,
  status: 'active' as const,
  notBefore: { gt: new Date(now.getTime() - renewAfterMs) },
});

/**
 * The console's own client certificate in a team, signed by the team's console CA, which every machine of the team admits.
 * Made at first use and anew at two thirds of its life.
 */
export async function consoleCredentials(runtime: Runtime, teamId: string): Promise<ConsoleCredentials> {
  const { prisma } = runtime.database;
  const engineCa = await ensureAuthority({ runtime, teamId }, { kind: 'engine' });
  const now = runtime.clock.now();
  const kept = await prisma.certificate.findFirst({
    where: { ...place(teamId, now), secretId: { not: null } },
    orderBy: { notBefore: 'desc' },
    select: { pem: true, secretId: true },
  });
  if (kept?.secretId) {
    const key = await runtime.secrets.open(prisma, { id: kept.secretId, teamId, purpose: 'certificate-key' });
    return { ca: engineCa.certificatePem, cert: kept.pem, key };
  }
  const authority = await ensureAuthority({ runtime, teamId }, { kind: 'console' });
  const team = await prisma.team.findUniqueOrThrow({ where: { id: teamId }, select: { slug: true } });
  const issued = await issueClientKeyPair({
    ca: await openAuthority(runtime, authority),
    subject: { member: { id: 'console', email: 'console' }, device: { id: 'console', name: 'console' }, team },
    keyBits: 2048,
    validForDays,
    now,
  });
  await prisma.$transaction((tx) =>
    storeCertificate(runtime, tx, { teamId, authorityId: authority.id, kind: 'console', issued }),
  );
  return { ca: engineCa.certificatePem, cert: issued.certificatePem, key: issued.privateKeyPem };
}
