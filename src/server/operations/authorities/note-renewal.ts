import 'server-only';
import { paths } from '@/lib/paths';
import type { AuditActor } from '@/server/audit/actor';
import { recordAudit } from '@/server/audit/record-audit';
import { notify } from '@/server/operations/notifications/notify';
import type { RunningContainer } from '@/server/provision/engine/list-containers';
import type { Runtime } from '@/server/runtime';

import { settleRotation } from './settle-rotation';

/** An engine that was seen serving its new certificate. */
export interface Renewal {
  readonly machine: { readonly id: string; readonly teamId: string; readonly name: string };
  readonly jobId: string;
  readonly actor: AuditActor;
  readonly certificate: { readonly id: string; readonly fingerprint: string; readonly authorityId: string };
  readonly before: readonly RunningContainer[];
  readonly after: readonly RunningContainer[];
}

const asJson = (containers: readonly RunningContainer[]) => containers.map((container) => ({ ...container }));

/**
 * Stores that a machine serves its new certificate: the ones before it are superseded, the move of a rotation is done, with
 * the containers as proof. Audited as machine.certificate-renewed. A second call changes nothing.
 */
export async function noteRenewal(runtime: Runtime, renewal: Renewal): Promise<void> {
  const { machine, jobId, actor, certificate } = renewal;
  const { id: machineId, teamId, name } = machine;
  const now = runtime.clock.now();
  await runtime.database.prisma.$transaction(async (tx) => {
    const former = await tx.certificate.updateManyAndReturn({
      where: { teamId, machineId, kind: 'engine', status: 'active', id: { not: certificate.id } },
      data: { status: 'revoked', revokedAt: now, reason: 'superseded' },
      select: { fingerprint: true },
    });
    const moves = await tx.rotationMove.updateMany({
      where: {
        teamId,
        machineId,
        movedAt: null,
        authorityId: certificate.authorityId,
        rotation: { finishedAt: null },
      },
      data: {
        jobId,
        movedAt: now,
        failure: null,
        containersBefore: asJson(renewal.before),
        containersAfter: asJson(renewal.after),
      },
    });
    if (former.length > 0 || moves.count > 0) {
      await recordAudit(tx, actor, {
        action: 'machine.certificate-renewed',
        target: { type: 'machine', id: machineId, name },
        before: { fingerprints: former.map(({ fingerprint }) => fingerprint).sort() },
        after: { fingerprint: certificate.fingerprint },
      });
    }
    await settleRotation(runtime, tx, teamId);
  });
  await runtime.bus.publish(`team:${teamId}`);
}

/** Stores that a machine keeps its former certificate, and tells the admins why. */
export async function noteFailedRenewal(
  runtime: Runtime,
  job: { readonly id: string; readonly teamId: string; readonly machineId: string | null; readonly subject: string },
): Promise<void> {
  const { id: jobId, teamId, machineId, subject } = job;
  await runtime.database.prisma.$transaction(async (tx) => {
    const last = await tx.jobLog.findFirst({ where: { jobId }, orderBy: { seq: 'desc' }, select: { text: true } });
    const reason = last?.text ?? 'The log of its job says why.';
    await tx.rotationMove.updateMany({ where: { teamId, jobId, movedAt: null }, data: { failure: reason } });
    const team = await tx.team.findUniqueOrThrow({ where: { id: teamId }, select: { slug: true } });
    await notify(tx, {
      teamId,
      to: 'admins',
      kind: 'engine-renewal-failed',
      values: { machine: subject, reason },
      tone: 'failed',
      href: paths.job(team.slug, jobId),
      cause: `engine-renewal:${machineId ?? jobId}`,
      at: runtime.clock.now(),
    });
  });
  await runtime.bus.publish(`team:${teamId}`);
}
