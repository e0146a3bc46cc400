import 'server-only';
import type { Prisma } from '@/server/db/generated/client';
import type { TeamContext } from '@/server/operations/team-context';

const rowSelect = {
  id: true,
  kind: true,
  serial: true,
  fingerprint: true,
  subject: true,
  sans: true,
  notBefore: true,
  notAfter: true,
  status: true,
  revokedAt: true,
  createdAt: true,
  device: { select: { id: true, name: true } },
  membership: { select: { id: true, user: { select: { name: true, email: true } } } },
  machine: { select: { id: true, name: true } },
} satisfies Prisma.CertificateSelect;

export type CertificateRow = Prisma.CertificateGetPayload<{ select: typeof rowSelect }>;

export interface CertificatePage {
  readonly certificates: CertificateRow[];
  /** The cursor of the next page; null at the end. */
  readonly next: string | null;
}

/** The team's certificates, newest first; those of the caller only with `mine`. Pages by key. */
export async function listCertificates(
  ctx: TeamContext,
  input: {
    mine: boolean;
    kind?: 'engine' | 'client' | 'console' | undefined;
    cursor?: string | undefined;
    limit: number;
  },
): Promise<CertificatePage> {
  const rows = await ctx.db.certificate.findMany({
    where: {
      ...(input.mine && { membershipId: ctx.actor.membershipId }),
      ...(input.kind && { kind: input.kind }),
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: input.limit + 1,
    ...(input.cursor && { cursor: { id: input.cursor }, skip: 1 }),
    select: rowSelect,
  });
  const certificates = rows.slice(0, input.limit);
  return { certificates, next: rows.length > input.limit ? (certificates.at(-1)?.id ?? null) : null };
}
