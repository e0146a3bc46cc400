import 'server-only';
import { paths } from '@/lib/paths';
import { consoleActor } from '@/server/audit/actor';
import { recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';
import type { AccessChangeKind } from '@/server/db/generated/client';
import { metrics } from '@/server/metrics/metrics';
import { notify } from '@/server/operations/notifications/notify';
import type { GateAdmission, GateConfirmation, GateLease } from '@/server/provision/gate/admission';
import type { Runtime } from '@/server/runtime';

import { storeUses } from './store-uses';

/** Until when a host admits by itself after it was told at `at`; null without an end. Pure. */
export const leaseEnd = (lease: GateLease, at: Date): Date | null =>
  lease.policy === 'strict' ? new Date(at.getTime() + lease.seconds * 1000) : null;

const taking = ['withdraw', 'revoke', 'suspend', 'offboard'] as const;

const isTaking = (kind: AccessChangeKind): boolean => taking.some((one) => one === kind);

/** What a host has confirmed. */
export interface Confirmed {
  readonly machineId: string;
  readonly teamId: string;
  /** Every change up to this version is on the host. */
  readonly version: number;
  readonly leaseUntil: Date | null;
  readonly ended: Readonly<Record<string, number>>;
}

const confirmReceipts = async (tx: Transaction, confirmed: Confirmed, now: Date): Promise<boolean> => {
  const pending = await tx.receipt.findMany({
    where: {
      machineId: confirmed.machineId,
      teamId: confirmed.teamId,
      state: 'pending',
      version: { lte: confirmed.version },
    },
    select: { id: true, change: { select: { requestedAt: true, fingerprints: true, kind: true } } },
  });
  for (const { id, change } of pending) {
    const tookMs = now.getTime() - change.requestedAt.getTime();
    if (isTaking(change.kind)) metrics().revocation.observe(tookMs / 1000);
    const ended = change.fingerprints.map((fingerprint) => confirmed.ended[fingerprint] ?? 0);
    await tx.receipt.updateMany({
      where: { id, state: 'pending' },
      data: {
        state: 'confirmed',
        confirmedAt: now,
        tookMs,
        endedConnections: ended.reduce((sum, count) => sum + count, 0),
        failure: null,
      },
    });
  }
  return pending.length > 0;
};

/**
 * Writes down that a host follows a version: receipts up to it are confirmed with their milliseconds, the machine lags
 * behind no more unless it does. `at` is when the host had answered. Says whether a receipt was confirmed.
 */
export async function storeConfirmed(tx: Transaction, confirmed: Confirmed, at: Date): Promise<boolean> {
  const { machineId: id, teamId, version, leaseUntil } = confirmed;
  const hasConfirmed = await confirmReceipts(tx, confirmed, at);
  await tx.$executeRaw`
    update "Machine"
    set "confirmedVersion" = ${version}, "confirmedAt" = ${at}, "leaseUntil" = ${leaseUntil},
      "pendingSince" = case when "wantedVersion" <= ${version} then null else "pendingSince" end,
      "pendingReason" = case when "wantedVersion" <= ${version} then null else "pendingReason" end
    where "id" = ${id} and "teamId" = ${teamId} and "confirmedVersion" <= ${version}`;
  if (hasConfirmed) {
    await tx.admission.updateMany({
      where: { machineId: id, teamId, confirmedAt: null },
      data: { confirmedAt: at },
    });
  }
  return hasConfirmed;
}

export interface GateAnswer {
  readonly machine: { readonly id: string; readonly teamId: string; readonly name: string };
  readonly wanted: GateAdmission;
  readonly confirmation: GateConfirmation;
  /** When the answer came. */
  readonly at: Date;
}

/** Stores what a gate answered to a push; repaired drift is audited. Says whether a receipt was confirmed. */
export async function storeGateAnswer(runtime: Runtime, answer: GateAnswer): Promise<boolean> {
  const { machine, wanted, confirmation, at } = answer;
  const confirmed = {
    machineId: machine.id,
    teamId: machine.teamId,
    version: wanted.version,
    leaseUntil: leaseEnd(wanted.lease, at),
    ended: confirmation.ended,
  };
  return runtime.database.prisma.$transaction(async (tx) => {
    const hasConfirmed = await storeConfirmed(tx, confirmed, at);
    await storeUses(tx, { machineId: machine.id, teamId: machine.teamId, uses: confirmation.uses, at });
    if (confirmation.drifted) {
      await recordAudit(tx, consoleActor(machine.teamId), {
        action: 'machine.admission-repaired',
        target: { type: 'machine', id: machine.id, name: machine.name },
        after: { version: wanted.version, added: [...confirmation.added], removed: [...confirmation.removed] },
      });
    }
    return hasConfirmed;
  });
}

// A host that is off for the night is no alarm; one on which somebody was taken off and that does not know is.
const alarmAfterMs = 5 * 60_000;

const raiseAlarm = async (tx: Transaction, ref: { id: string; teamId: string }, now: Date): Promise<void> => {
  const oldest = await tx.receipt.findFirst({
    where: {
      machineId: ref.id,
      teamId: ref.teamId,
      state: 'pending',
      change: { kind: { in: [...taking] }, requestedAt: { lt: new Date(now.getTime() - alarmAfterMs) } },
    },
    orderBy: { change: { requestedAt: 'asc' } },
    select: {
      machineName: true,
      change: { select: { id: true, requestedAt: true, team: { select: { slug: true } } } },
    },
  });
  if (!oldest) return;
  const { machineName, change } = oldest;
  await notify(tx, {
    teamId: ref.teamId,
    to: 'admins',
    kind: 'machine-behind',
    values: { machine: machineName, minutes: Math.round((now.getTime() - change.requestedAt.getTime()) / 60_000) },
    tone: 'attention',
    href: paths.accessChange(change.team.slug, change.id),
    cause: `machine-behind:${ref.id}:${change.id}`,
    once: true,
    at: now,
  });
};

/**
 * Notes why a host does not follow, beside the machine and its pending receipts. Admins are told once when somebody who was
 * taken off has been let in there for five minutes.
 */
export async function storeFailure(
  runtime: Runtime,
  ref: { readonly id: string; readonly teamId: string },
  sentence: string,
): Promise<void> {
  const now = runtime.clock.now();
  await runtime.database.prisma.$transaction((tx) => raiseAlarm(tx, ref, now));
  const { prisma } = runtime.database;
  await prisma.machine.updateMany({
    where: { id: ref.id, teamId: ref.teamId, pendingSince: null },
    data: { pendingSince: now },
  });
  await prisma.machine.updateMany({ where: { id: ref.id, teamId: ref.teamId }, data: { pendingReason: sentence } });
  await prisma.receipt.updateMany({
    where: { machineId: ref.id, teamId: ref.teamId, state: 'pending' },
    data: { failure: sentence },
  });
}
