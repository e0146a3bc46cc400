import 'server-only';
import type { Database, Transaction } from '@/server/db/database';
import type { Prisma } from '@/server/db/generated/client';
import { AppError } from '@/server/errors/app-error';
import { consoleCredentials } from '@/server/operations/pki/console-credentials';
import type { GateAdmission } from '@/server/provision/gate/admission';
import type { Runtime } from '@/server/runtime';

const machineSelect = {
  id: true,
  teamId: true,
  name: true,
  enforcement: true,
  state: true,
  wantedVersion: true,
  leasePolicy: true,
  leaseSeconds: true,
  admissions: { where: { membership: { suspendedAt: null } }, select: { membershipId: true } },
} satisfies Prisma.MachineSelect;

type MachineRow = Prisma.MachineGetPayload<{ select: typeof machineSelect }>;

const certificateSelect = {
  kind: true,
  teamId: true,
  fingerprint: true,
  membershipId: true,
  machineId: true,
  authority: { select: { certificatePem: true } },
} satisfies Prisma.CertificateSelect;

type LiveCertificate = Prisma.CertificateGetPayload<{ select: typeof certificateSelect }>;

/** What a machine should have, with the version that says so. */
export interface WantedAdmission {
  readonly machine: Pick<MachineRow, 'id' | 'teamId' | 'name' | 'enforcement' | 'state'>;
  readonly admission: GateAdmission;
}

const admits = (machine: MachineRow, members: ReadonlySet<string>, certificate: LiveCertificate): boolean => {
  if (certificate.teamId !== machine.teamId) return false;
  if (certificate.kind === 'console') return true;
  if (certificate.kind === 'canary') return certificate.machineId === machine.id;
  return certificate.membershipId !== null && members.has(certificate.membershipId);
};

const admissionOf = (machine: MachineRow, certificates: readonly LiveCertificate[]): GateAdmission => {
  const members = new Set(machine.admissions.map((row) => row.membershipId));
  const admitted = certificates.filter((certificate) => admits(machine, members, certificate));
  return {
    version: machine.wantedVersion,
    authoritiesPem: [...new Set(admitted.map((certificate) => certificate.authority.certificatePem))].sort(),
    fingerprints: [...new Set(admitted.map((certificate) => certificate.fingerprint))].sort(),
    lease:
      machine.leasePolicy === 'strict'
        ? { policy: 'strict', seconds: machine.leaseSeconds }
        : { policy: 'best_effort' },
  };
};

const read = async (tx: Transaction, machineIds: readonly string[], now: Date) => {
  const machines = await tx.machine.findMany({ where: { id: { in: [...machineIds] } }, select: machineSelect });
  const members = machines.flatMap((machine) => machine.admissions.map((row) => row.membershipId));
  const teams = [...new Set(machines.map((machine) => machine.teamId))];
  const certificates = await tx.certificate.findMany({
    where: {
      teamId: { in: teams },
      status: 'active',
      notAfter: { gt: now },
      OR: [
        { kind: 'console' },
        { kind: 'canary', machineId: { in: [...machineIds] } },
        { kind: 'client', membershipId: { in: [...new Set(members)] } },
      ],
    },
    select: certificateSelect,
  });
  return machines.map((machine) => [machine.id, { machine, admission: admissionOf(machine, certificates) }] as const);
};

/**
 * Who should get in at each of these machines now, with the version that says so. Version and content are of one snapshot:
 * a host orders by version alone, so the same version must never stand for two contents.
 */
export async function wantedAdmissions(
  { database, now }: { readonly database: Database; readonly now: Date },
  machineIds: readonly string[],
): Promise<ReadonlyMap<string, WantedAdmission>> {
  const rows = await database.prisma.$transaction((tx) => read(tx, machineIds, now), {
    isolationLevel: 'RepeatableRead',
  });
  return new Map(rows);
}

/** The same for one machine whose host is being set up; the console's own certificate is made first. Throws machine.not-found. */
export async function wantedAdmission(
  runtime: Runtime,
  ref: { readonly machineId: string; readonly teamId: string },
): Promise<GateAdmission> {
  await consoleCredentials(runtime, ref.teamId);
  const wanted = await wantedAdmissions({ database: runtime.database, now: runtime.clock.now() }, [ref.machineId]);
  const found = wanted.get(ref.machineId);
  if (!found) throw new AppError({ code: 'machine.not-found', public: 'There is no such machine in this team.' });
  return found.admission;
}
