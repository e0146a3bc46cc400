import 'server-only';
import type { AuditActor } from '@/server/audit/actor';
import type { Transaction } from '@/server/db/database';
import type { AccessChangeKind, Enforcement, Prisma } from '@/server/db/generated/client';
import { machineChangeAccess } from '@/server/jobs/kinds/machine-change-access';
import { startJob } from '@/server/jobs/start-job';
import type { TeamContext } from '@/server/operations/team-context';

/** A change of who gets in where. */
export interface AdmissionChange {
  readonly kind: AccessChangeKind;
  /** What is changed, in words that outlive it: "ana@example.org on laptop". */
  readonly subject: string;
  readonly reason?: string;
  readonly comment?: string;
  readonly membershipId?: string;
  /** Of the certificates that it is about. */
  readonly fingerprints?: readonly string[];
  /** Of off-boarding: how many sessions, invitations and certificates it ended. */
  readonly effects?: Prisma.InputJsonObject;
  /** The machines whose admission changes. */
  readonly machineIds: readonly string[];
}

/** Where no member asks by themselves, as in a job, the actor is who started it, or the console. */
export type AdmissionContext = Pick<TeamContext, 'runtime' | 'db'> & { readonly actor: AuditActor };

interface ChangedMachine {
  readonly id: string;
  readonly name: string;
  readonly enforcement: Enforcement;
  readonly wantedVersion: number;
}

/** Ids of the machines that admit the member, those that are being removed left out. */
export async function machinesAdmitting(
  tx: Transaction,
  { teamId, membershipId }: { readonly teamId: string; readonly membershipId: string },
): Promise<string[]> {
  const rows = await tx.machine.findMany({
    where: { teamId, state: { not: 'removing' }, admissions: { some: { membershipId } } },
    select: { id: true },
  });
  return rows.map((row) => row.id);
}

// In the order of their ids, so that two changes at once wait for each other instead of locking each other out.
const raiseVersions = (tx: Transaction, place: { teamId: string; ids: readonly string[] }, now: Date) => {
  const { teamId, ids } = place;
  return tx.$queryRaw<ChangedMachine[]>`
    with "due" as (
      select "id" from "Machine" where "teamId" = ${teamId} and "id" = any(${[...new Set(ids)]}) order by "id" for update
    )
    update "Machine" as m
    set "wantedVersion" = m."wantedVersion" + 1, "pendingSince" = coalesce(m."pendingSince", ${now})
    from "due" where m."id" = "due"."id"
    returning m."id", m."name", m."enforcement"::text as "enforcement", m."wantedVersion"`;
};

// An engine reads who may use it at its start alone, so there the change is a job; one that has not begun yet will do.
const startEngineJobs = async (ctx: AdmissionContext, tx: Transaction, machines: readonly ChangedMachine[]) => {
  const jobs: string[] = [];
  for (const machine of machines.filter((row) => row.enforcement === 'engine')) {
    const waiting = await tx.job.findFirst({
      where: { machineId: machine.id, kind: machineChangeAccess.id, state: 'queued' },
      select: { id: true },
    });
    const job =
      waiting ??
      (await startJob(ctx.runtime, tx, {
        kind: machineChangeAccess,
        actor: ctx.actor,
        machineId: machine.id,
        subject: machine.name,
        payload: { machineId: machine.id },
      }));
    jobs.push(job.id);
  }
  return jobs;
};

const write = async (ctx: AdmissionContext, tx: Transaction, change: AdmissionChange & { requestedAt: Date }) => {
  const { actor } = ctx;
  const { machineIds, kind, subject, requestedAt } = change;
  const machines = await raiseVersions(tx, { teamId: actor.teamId, ids: machineIds }, requestedAt);
  const { id } = await tx.accessChange.create({
    data: {
      teamId: actor.teamId,
      kind,
      subject,
      reason: change.reason ?? null,
      comment: change.comment ?? null,
      membershipId: change.membershipId ?? null,
      fingerprints: [...(change.fingerprints ?? [])],
      effects: change.effects ?? {},
      actorId: actor.userId ?? null,
      actorName: actor.name,
      requestedAt,
    },
    select: { id: true },
  });
  await tx.receipt.createMany({
    data: machines.map((machine) => ({
      teamId: actor.teamId,
      changeId: id,
      machineId: machine.id,
      machineName: machine.name,
      enforcement: machine.enforcement,
      version: machine.wantedVersion,
    })),
  });
  const jobIds = await startEngineJobs(ctx, tx, machines);
  return { changeId: id, jobIds, gates: machines.filter((row) => row.enforcement === 'gate').map((row) => row.id) };
};

/** What became of a change: `changeId` names its receipts; null where nothing changed who gets in. */
export interface AdmissionChanged<T> {
  readonly result: T;
  readonly changeId: string | null;
  /** Jobs that make engines follow which read their access list at their start alone. */
  readonly jobIds: readonly string[];
}

/**
 * The one way in which anything changes who gets in where. Runs `body` and stores the change with a pending receipt per
 * machine in one transaction; hosts with a gate are pushed to at once after the commit, for the others a job is queued. What
 * cannot be reached stays pending and is brought up to date when it returns. `body` writes its own audit event.
 */
export async function changeAdmission<T>(
  ctx: AdmissionContext,
  body: (tx: Transaction) => Promise<{ readonly result: T; readonly change: AdmissionChange | null }>,
): Promise<AdmissionChanged<T>> {
  const { runtime, actor, db } = ctx;
  const requestedAt = runtime.clock.now();
  const { result, written } = await db.$transaction(async (tx) => {
    const { result: answer, change } = await body(tx);
    return { result: answer, written: change && (await write(ctx, tx, { ...change, requestedAt })) };
  });
  if (!written) return { result, changeId: null, jobIds: [] };
  runtime.admissions.push(written.gates);
  await runtime.bus.publish(`team:${actor.teamId}`);
  return { result, changeId: written.changeId, jobIds: written.jobIds };
}
