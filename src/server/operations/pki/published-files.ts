import 'server-only';
import type { PkiFile } from '@/lib/paths';
import { type CrlEntry, maySignCrls, signCrl, signIndirectCrl } from '@/server/pki/crl';
import { chainToTrustFile } from '@/server/pki/trust-file';
import type { Runtime } from '@/server/runtime';

import { freshCrl } from './crl-cache';
import { engineCaBundle } from './engine-ca-bundle';
import { type AuthorityRow, authoritySelect, openAuthority } from './ensure-authority';
import { takenCertificates } from './taken-certificates';

export interface PublishedFile {
  readonly body: Buffer;
  readonly contentType: string;
}

const makers: Readonly<Record<PkiFile, (runtime: Runtime, teamId: string) => Promise<PublishedFile | null>>> = {
  'engine-ca.pem': engineCas,
  'client-ca.pem': clientCas,
  'client.crl': indirectList,
  'client-crls.pem': plainLists,
};

/**
 * One of the files that a team publishes for other software; null where there is no such team. Nothing in them is secret:
 * certificates of CAs, which hold names, and the serial numbers of certificates that were taken away.
 */
export async function publishedFile(
  runtime: Runtime,
  { team: slug, file }: { readonly team: string; readonly file: PkiFile },
): Promise<PublishedFile | null> {
  const team = await runtime.database.prisma.team.findUnique({ where: { slug }, select: { id: true } });
  return team && makers[file](runtime, team.id);
}

const pem = (text: string): PublishedFile => ({
  body: Buffer.from(text, 'utf8'),
  contentType: 'application/x-pem-file',
});

async function engineCas(runtime: Runtime, teamId: string): Promise<PublishedFile> {
  return pem((await engineCaBundle(runtime, teamId)).pem);
}

/** The CAs of members who are not suspended, and the console's. One that is retired is left out, so that whoever reads no list fails closed. */
async function clientCas(runtime: Runtime, teamId: string): Promise<PublishedFile | null> {
  const rows = await runtime.database.prisma.authority.findMany({
    where: {
      teamId,
      retiredAt: null,
      OR: [
        { kind: 'console' },
        { kind: 'client', membership: { suspendedAt: null } },
        { kind: 'client', shared: true },
      ],
    },
    select: { certificatePem: true },
  });
  return rows.length === 0 ? null : pem(chainToTrustFile(rows.map((row) => row.certificatePem)));
}

/** CAs that sign or have signed client certificates, oldest first; those whose key was destroyed with their member's leaving too. */
const clientAuthorities = (runtime: Runtime, teamId: string): Promise<AuthorityRow[]> =>
  runtime.database.prisma.authority.findMany({
    where: { teamId, kind: { in: ['client', 'console'] } },
    orderBy: { id: 'asc' },
    select: authoritySelect,
  });

/**
 * One list for the whole team, signed by the console's CA in it: a member's CA may be gone when its last certificates still
 * have to be listed, the console's is there as long as the team, and client-ca.pem holds it (docs/adr/0011-revocation-lists.md).
 */
async function indirectList(runtime: Runtime, teamId: string): Promise<PublishedFile | null> {
  const { prisma } = runtime.database;
  const authorities = await clientAuthorities(runtime, teamId);
  const signer = authorities.findLast(({ kind, retiredAt }) => kind === 'console' && retiredAt === null);
  if (!signer) return null;
  const taken = await takenCertificates(prisma, { teamId, now: runtime.clock.now() });
  const sections = authorities.flatMap(({ id, certificatePem }) => {
    const entries = taken.get(id);
    return entries ? [{ id, issuerPem: certificatePem, entries }] : [];
  });
  const state = JSON.stringify([signer.id, sections.map(({ id, entries }) => [id, entries])]);
  const crl = await freshCrl(runtime, { name: `team:${teamId}`, state }, async (times) =>
    signIndirectCrl({ ...times, ca: await openAuthority(runtime, signer) }, sections),
  );
  return { body: crl.der, contentType: 'application/pkix-crl' };
}

/** A plain list per CA whose key is there and that may sign lists, one after the other, as nginx and HAProxy read them. */
async function plainLists(runtime: Runtime, teamId: string): Promise<PublishedFile | null> {
  const { prisma } = runtime.database;
  const now = runtime.clock.now();
  const authorities = (await clientAuthorities(runtime, teamId)).filter(({ notAfter }) => notAfter > now);
  if (authorities.length === 0) return null;
  const secrets = await prisma.secret.findMany({
    where: { teamId, id: { in: authorities.map(({ secretId }) => secretId) } },
    select: { id: true },
  });
  const present = new Set(secrets.map(({ id }) => id));
  const taken = await takenCertificates(prisma, { teamId, now });
  const signing = authorities.filter(
    ({ secretId, certificatePem }) => present.has(secretId) && maySignCrls(certificatePem),
  );
  const lists: string[] = [];
  for (const authority of signing) lists.push(await plainList(runtime, authority, taken.get(authority.id) ?? []));
  return pem(lists.join(''));
}

async function plainList(runtime: Runtime, authority: AuthorityRow, entries: readonly CrlEntry[]): Promise<string> {
  const wanted = { name: `authority:${authority.id}`, state: JSON.stringify(entries) };
  const crl = await freshCrl(runtime, wanted, async (times) =>
    signCrl({ ...times, ca: await openAuthority(runtime, authority) }, entries),
  );
  return crl.pem;
}
