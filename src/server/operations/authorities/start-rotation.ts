import 'server-only';
import { paths } from '@/lib/paths';
import { recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';
import { AppError } from '@/server/errors/app-error';
import { changeAdmission } from '@/server/operations/admission/change-admission';
import { notify } from '@/server/operations/notifications/notify';
import {
  type AuthorityRow,
  type AuthoritySubject,
  ensureAuthority,
  type NewAuthority,
} from '@/server/operations/pki/ensure-authority';
import { makeNextGeneration, storeNextGeneration } from '@/server/operations/pki/next-generation';
import type { TeamContext } from '@/server/operations/team-context';

import { enginesTrusting } from './engines-trusting';
import { memberProgress } from './rotation-progress';
import { findOpenRotation, lockRotations, rotationName, type RotationRow, rotationSelect } from './rotation-rows';

export type StartRotationInput =
  | { readonly kind: 'engine' }
  | { readonly kind: 'client'; readonly membershipId: string };

interface Beginning {
  readonly subject: AuthoritySubject;
  readonly former: AuthorityRow;
  readonly made: NewAuthority;
}

/** Throws rotation.wrong-phase while the team is in a rotation; holds off others until the transaction ends. */
export async function assertNoRotation(tx: Transaction, teamId: string): Promise<void> {
  await lockRotations(tx, teamId);
  const open = await findOpenRotation(tx, teamId);
  if (!open) return;
  throw new AppError({
    code: 'rotation.wrong-phase',
    public: `A rotation is under way (${rotationName(open)}). Finish it or roll it back first.`,
  });
}

const tellMembers = async (ctx: TeamContext, tx: Transaction, rotation: RotationRow): Promise<void> => {
  const { actor, runtime } = ctx;
  const now = runtime.clock.now();
  const behind = (await memberProgress(tx, rotation, now)).filter((member) => !member.hasNewCa);
  const common = { teamId: actor.teamId, tone: 'attention' as const, cause: `rotation:${rotation.id}`, at: now };
  const to = { membershipIds: behind.map((member) => member.membershipId) };
  if (rotation.kind === 'engine') {
    const values = { generation: rotation.newAuthority.generation };
    return notify(tx, { ...common, to, kind: 'engine-ca-introduced', values, href: paths.rotation(actor.teamSlug) });
  }
  const certificates = await tx.certificate.findMany({
    where: { authorityId: rotation.formerAuthority.id, kind: 'client', status: 'active', notAfter: { gt: now } },
    select: { deviceName: true, device: { select: { name: true } } },
  });
  const devices = [...new Set(certificates.flatMap((row) => row.device?.name ?? row.deviceName ?? []))].sort();
  const values = { devices: devices.join(', ') };
  return notify(tx, { ...common, to, kind: 'client-ca-introduced', values, href: paths.certificates(actor.teamSlug) });
};

/** Stores the new CA beside the former and the rotation between them, and tells whom it concerns. In the caller's transaction. */
export async function beginRotation(ctx: TeamContext, tx: Transaction, begin: Beginning): Promise<RotationRow> {
  const { runtime, actor } = ctx;
  const { teamId } = actor;
  await assertNoRotation(tx, teamId);
  const { subject, former, made } = begin;
  const next = await storeNextGeneration(runtime, tx, { teamId, subject, made });
  const now = runtime.clock.now();
  const rotation = await tx.rotation.create({
    data: {
      teamId,
      kind: subject.kind,
      membershipId: subject.kind === 'client' ? subject.membershipId : null,
      formerAuthorityId: former.id,
      newAuthorityId: next.id,
      createdByName: actor.name,
      startedAt: now,
      changedAt: now,
    },
    select: rotationSelect,
  });
  await tellMembers(ctx, tx, rotation);
  await recordAudit(tx, actor, {
    action: 'rotation.started',
    target: { type: 'rotation', id: rotation.id, name: rotationName(rotation) },
    before: { fingerprint: former.fingerprint },
    after: { fingerprint: next.fingerprint, generation: next.generation, imported: next.imported },
  });
  return rotation;
}

/**
 * Begins to replace the team's engine CA, or one member's client CA. From here on clients are given both engine CAs, and
 * engines trust both client CAs; nothing is taken away. Throws rotation.wrong-phase, member.not-found.
 */
export async function startRotation(ctx: TeamContext, subject: StartRotationInput): Promise<{ rotationId: string }> {
  const { runtime, actor } = ctx;
  const place = { teamId: actor.teamId, subject };
  await ctx.db.$transaction((tx) => assertNoRotation(tx, actor.teamId));
  const former = await ensureAuthority({ runtime, teamId: actor.teamId }, subject);
  const made = await makeNextGeneration(runtime, place);
  const { result } = await changeAdmission(ctx, async (tx) => {
    const rotation = await beginRotation(ctx, tx, { subject, former, made });
    const engines = subject.kind === 'client' ? await enginesTrusting(tx, actor.teamId, subject.membershipId) : [];
    const name = rotationName(rotation);
    return {
      result: { rotationId: rotation.id },
      change: engines.length === 0 ? null : { kind: 'issue', subject: `new ${name}`, machineIds: engines },
    };
  });
  await runtime.bus.publish(`team:${actor.teamId}`);
  return result;
}
