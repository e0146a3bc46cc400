import 'server-only';
import { machineCan } from '@/lib/machine';
import type { Role } from '@/lib/role';
import type { Enforcement, LeasePolicy } from '@/server/db/generated/client';
import { AppError } from '@/server/errors/app-error';
import type { TeamContext } from '@/server/operations/team-context';

import { type Disturbance, disturbancesOf } from './enforcement-disturbance';

/** Who gets in at a machine, how that is enforced, and how far the host is behind. */
export interface MachineAdmission {
  readonly enforcement: Enforcement;
  /** What a job is changing it to; null while none does. */
  readonly enforcementWanted: Enforcement | null;
  readonly leasePolicy: LeasePolicy;
  readonly leaseSeconds: number;
  readonly leaseUntil: Date | null;
  readonly wantedVersion: number;
  readonly confirmedVersion: number;
  readonly confirmedAt: Date | null;
  readonly pendingSince: Date | null;
  readonly pendingReason: string | null;
  readonly members: readonly {
    readonly membershipId: string;
    readonly name: string;
    readonly email: string;
    readonly role: Role;
    /** Live client certificates. */
    readonly certificates: number;
    readonly suspended: boolean;
  }[];
  readonly gate: { readonly haproxyVersion: string } | null;
  /** The other enforcement, and what switching to it disturbs; `why` says why it cannot be done now. */
  readonly canSwitch: {
    readonly to: Enforcement;
    readonly disturbs: readonly Disturbance[];
    readonly why: string | null;
  };
}

const find = (ctx: TeamContext, name: string) =>
  ctx.db.machine.findFirst({
    where: { name },
    select: {
      name: true,
      state: true,
      enforcement: true,
      enforcementWanted: true,
      leasePolicy: true,
      leaseSeconds: true,
      leaseUntil: true,
      wantedVersion: true,
      confirmedVersion: true,
      confirmedAt: true,
      pendingSince: true,
      pendingReason: true,
      gate: true,
      admissions: {
        select: {
          membership: {
            select: {
              id: true,
              role: true,
              suspendedAt: true,
              user: { select: { name: true, email: true } },
              certificates: {
                where: { kind: 'client', status: 'active', notAfter: { gt: ctx.runtime.clock.now() } },
                select: { id: true },
              },
            },
          },
        },
        orderBy: { membership: { user: { name: 'asc' } } },
      },
    },
  });

/** Throws machine.not-found. */
export async function getAdmission(ctx: TeamContext, { machine }: { machine: string }): Promise<MachineAdmission> {
  const row = await find(ctx, machine);
  if (!row) throw new AppError({ code: 'machine.not-found', public: `There is no machine "${machine}" in this team.` });
  const { name, state, admissions, gate, ...admission } = row;
  const to = admission.enforcement === 'gate' ? 'engine' : 'gate';
  return {
    ...admission,
    members: admissions.map(({ membership: { id, user, role, suspendedAt, certificates } }) => ({
      membershipId: id,
      ...user,
      role,
      certificates: certificates.length,
      suspended: suspendedAt !== null,
    })),
    gate: gate as { haproxyVersion: string } | null,
    canSwitch: {
      to,
      disturbs: disturbancesOf(to),
      why: admission.enforcementWanted
        ? 'A job is switching it already.'
        : machineCan.enforce(state)
          ? null
          : `${name} is ${state}; it can be switched while it is running.`,
    },
  };
}
