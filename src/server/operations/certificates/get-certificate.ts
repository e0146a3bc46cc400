import 'server-only';
import type { AccessChangeKind, Enforcement } from '@/server/db/generated/client';
import { AppError } from '@/server/errors/app-error';
import type { TeamContext } from '@/server/operations/team-context';
import { subjectOf } from '@/server/pki/subject';

import { type CertificateRow, certificateSelect, toCertificateRow } from './certificate-rows';

export interface CertificateOnMachine {
  readonly machineId: string;
  readonly name: string;
  readonly enforcement: Enforcement;
  /** Whether the console wants it to get in there, and whether the host has confirmed that or the contrary. */
  readonly admitted: boolean;
  readonly confirmed: boolean;
  readonly lastUsedAt: Date | null;
  readonly openNow: number;
}

export interface CertificateDetails extends CertificateRow {
  readonly pem: string;
  readonly sans: readonly string[];
  readonly authority: {
    readonly id: string;
    readonly subject: string;
    readonly generation: number;
    readonly fingerprint: string;
  };
  readonly machines: readonly CertificateOnMachine[];
  readonly changes: readonly {
    readonly id: string;
    readonly kind: AccessChangeKind;
    readonly requestedAt: Date;
    readonly actorName: string;
    readonly reason: string | null;
  }[];
}

const changesMax = 50;

const detailsSelect = {
  ...certificateSelect,
  pem: true,
  sans: true,
  authority: { select: { id: true, certificatePem: true, generation: true, fingerprint: true, retiredAt: true } },
} as const;

/** One certificate with where it gets in, where it was used, and what was done to it. Throws certificate.not-found. */
export async function getCertificate(ctx: TeamContext, { id }: { id: string }): Promise<CertificateDetails> {
  const { runtime, actor, db } = ctx;
  const found = await db.certificate.findFirst({ where: { id }, select: detailsSelect });
  if (!found) throw new AppError({ code: 'certificate.not-found', public: 'The team has no such certificate.' });
  const { authority, pem, sans, ...certificate } = found;
  const row = toCertificateRow(
    { ...certificate, authority },
    { now: runtime.clock.now(), membershipId: actor.membershipId },
  );
  const changes = await db.accessChange.findMany({
    where: { fingerprints: { has: row.fingerprint } },
    orderBy: [{ requestedAt: 'desc' }, { id: 'desc' }],
    take: changesMax,
    select: { id: true, kind: true, requestedAt: true, actorName: true, reason: true },
  });
  return {
    ...row,
    pem,
    sans,
    authority: {
      id: authority.id,
      subject: subjectOf(authority.certificatePem),
      generation: authority.generation,
      fingerprint: authority.fingerprint,
    },
    machines: row.kind === 'client' ? await machinesOf(ctx, row, { isRetired: authority.retiredAt !== null }) : [],
    changes,
  };
}

/** The machines that admit its holder, and those where it was used. */
async function machinesOf({ db }: TeamContext, row: CertificateRow, ca: { isRetired: boolean }) {
  const membershipId = row.membership?.id ?? null;
  const admission = { membershipId: membershipId ?? '', membership: { suspendedAt: null } };
  const machines = await db.machine.findMany({
    where: {
      state: { not: 'removing' },
      OR: [
        { admissions: { some: { membershipId: membershipId ?? '' } } },
        { certificateUses: { some: { certificateId: row.id } } },
      ],
    },
    orderBy: { name: 'asc' },
    select: {
      id: true,
      name: true,
      enforcement: true,
      wantedVersion: true,
      confirmedVersion: true,
      admissions: { where: admission, select: { id: true } },
      certificateUses: { where: { certificateId: row.id }, select: { lastUsedAt: true, openNow: true } },
    },
  });
  return machines.map((machine): CertificateOnMachine => {
    const [use] = machine.certificateUses;
    // An engine knows CAs alone; a gate knows each certificate, also one whose CA signs no more.
    const isTrusted = machine.enforcement === 'gate' || !ca.isRetired;
    return {
      machineId: machine.id,
      name: machine.name,
      enforcement: machine.enforcement,
      admitted: row.state === 'active' && machine.admissions.length > 0 && isTrusted,
      confirmed: machine.confirmedVersion >= machine.wantedVersion,
      lastUsedAt: use?.lastUsedAt ?? null,
      openNow: use?.openNow ?? 0,
    };
  });
}
