import 'server-only';
import type { Transaction } from '@/server/db/database';
import type { Prisma } from '@/server/db/generated/client';
import type { TeamDb } from '@/server/db/team-scope';
import { AppError } from '@/server/errors/app-error';
import { machinesAdmitting } from '@/server/operations/admission/change-admission';
import type { TeamContext } from '@/server/operations/team-context';
import { assertMay } from '@/server/policies/may';

const takeableSelect = {
  id: true,
  kind: true,
  status: true,
  serial: true,
  fingerprint: true,
  notAfter: true,
  subject: true,
  holderEmail: true,
  deviceName: true,
  authorityId: true,
  device: { select: { name: true } },
  membership: { select: { id: true, user: { select: { email: true } } } },
} as const satisfies Prisma.CertificateSelect;

/** A member's certificate, as far as taking it away needs it. */
export type TakeableCertificate = Prisma.CertificateGetPayload<{ select: typeof takeableSelect }>;

/**
 * The certificates of these ids, all of members and all within the caller's rights: their own, or anybody's with the role.
 * Throws certificate.not-found, certificate.wrong-state (not a member's), auth.forbidden.
 */
export async function getTakeable(
  db: Transaction | TeamDb,
  { actor }: Pick<TeamContext, 'actor'>,
  ids: readonly string[],
): Promise<TakeableCertificate[]> {
  const wanted = [...new Set(ids)];
  const found = await db.certificate.findMany({
    where: { id: { in: wanted } },
    orderBy: { id: 'asc' },
    select: takeableSelect,
  });
  if (found.length < wanted.length) {
    throw new AppError({ code: 'certificate.not-found', public: 'One of the certificates is not of this team.' });
  }
  if (found.some(({ kind }) => kind !== 'client')) {
    throw new AppError({
      code: 'certificate.wrong-state',
      public: "This is done to members' certificates only. Those of engines and of the console renew themselves.",
    });
  }
  if (found.some(({ membership }) => membership?.id !== actor.membershipId)) assertMay(actor, 'certificate.revoke');
  return found;
}

const holderOf = ({ holderEmail, membership }: TakeableCertificate): string | null =>
  holderEmail ?? membership?.user.email ?? null;

/** Of certificates, in words that outlive them: "ana@example.org on laptop", "3 certificates of ana@example.org". */
export function subjectOfAll(certificates: readonly TakeableCertificate[]): string {
  const [first] = certificates;
  const holders = new Set(certificates.map(holderOf));
  if (first && certificates.length === 1) {
    const place = first.deviceName ?? first.device?.name;
    return place === undefined ? first.subject : `${holderOf(first) ?? 'a former member'} on ${place}`;
  }
  const [holder] = holders;
  return `${certificates.length} certificates of ${holders.size === 1 ? (holder ?? 'a former member') : `${holders.size} members`}`;
}

/** The ids of the members who hold them; those who have left are left out. */
export const membersOf = (certificates: readonly TakeableCertificate[]): string[] => [
  ...new Set(certificates.flatMap(({ membership }) => membership?.id ?? [])),
];

/** The machines that admit any of these members, those left out that are being removed. */
export async function machinesAdmittingAny(
  tx: Transaction,
  { teamId, membershipIds }: { readonly teamId: string; readonly membershipIds: readonly string[] },
): Promise<string[]> {
  const found: string[] = [];
  for (const membershipId of membershipIds) found.push(...(await machinesAdmitting(tx, { teamId, membershipId })));
  return [...new Set(found)];
}
