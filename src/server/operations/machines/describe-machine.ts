import 'server-only';
import type { Role } from '@/lib/role';
import type { SwarmRole } from '@/lib/swarm';
import { type OptionalVerb, optionalVerbs } from '@/server/drivers/driver';
import { findDriver, labelOfDriver, missingDriver } from '@/server/drivers/registry';
import { AppError } from '@/server/errors/app-error';
import type { TeamContext } from '@/server/operations/team-context';

import { describeWay, type MachineWay } from './describe-way';
import { machineSummarySelect, type MachineSummary, toSummary } from './machine-summary';

export interface AdmittedMember {
  readonly membershipId: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  /** Null until the host has confirmed that it admits the member. */
  readonly confirmedAt: Date | null;
}

export interface MachineDescription extends MachineSummary {
  readonly driverLabel: string;
  /** Open options as they were entered, and engine settings as they were last applied; secrets are not among them. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly engineSettings: Readonly<Record<string, unknown>>;
  readonly hostKeys: readonly { readonly type: string; readonly fingerprint: string; readonly pinnedAt: Date }[];
  readonly admitted: readonly AdmittedMember[];
  readonly iAmAdmitted: boolean;
  readonly verbs: Readonly<Record<OptionalVerb, { readonly offered: boolean; readonly why: string | null }>>;
  /** The swarm that it is in. */
  readonly swarm: { readonly id: string; readonly name: string; readonly role: SwarmRole | null } | null;
  /** Why nothing can be done to it but forget it; null where its driver is there. */
  readonly missingDriver: string | null;
  /** Whether the console signs in to its host. */
  readonly isSignedInTo: boolean;
  /** Why its engine cannot be changed to another version; null where its host is asked. */
  readonly noUpgrade: string | null;
  readonly engineCertificate: { readonly fingerprint: string; readonly notAfter: Date; readonly sans: string[] } | null;
  readonly activeJobId: string | null;
  readonly way: MachineWay | null;
}

const find = (ctx: TeamContext, name: string) =>
  ctx.db.machine.findFirst({
    where: { name },
    select: {
      ...machineSummarySelect,
      options: true,
      engineSettings: true,
      swarmRole: true,
      swarm: { select: { id: true, name: true } },
      hostKeys: { select: { type: true, fingerprint: true, pinnedAt: true }, orderBy: { type: 'asc' } },
      admissions: {
        select: {
          membershipId: true,
          confirmedAt: true,
          membership: { select: { role: true, user: { select: { name: true, email: true } } } },
        },
        orderBy: { membership: { user: { name: 'asc' } } },
      },
      certificates: {
        where: { kind: 'engine', status: 'active' },
        orderBy: { createdAt: 'desc' },
        take: 1,
        select: { fingerprint: true, notAfter: true, sans: true },
      },
      jobs: {
        where: { state: { in: ['queued', 'running', 'waiting', 'cancelling'] } },
        orderBy: { createdAt: 'asc' },
        take: 1,
        select: { id: true },
      },
    },
  });

const verbsOf = (driverId: string): MachineDescription['verbs'] => {
  const driver = findDriver(driverId);
  const entries = optionalVerbs.map((verb) => [
    verb,
    {
      offered: driver?.[verb] !== undefined,
      why: driver ? (driver.unsupported[verb] ?? null) : missingDriver(driverId).public,
    },
  ]);
  return Object.fromEntries(entries) as MachineDescription['verbs'];
};

/** Everything that the pages of one machine show. Throws machine.not-found, for other teams' machines as well. */
export async function describeMachine(ctx: TeamContext, input: { name: string }): Promise<MachineDescription> {
  const row = await find(ctx, input.name);
  if (!row) {
    throw new AppError({ code: 'machine.not-found', public: `There is no machine "${input.name}" in this team.` });
  }
  const { admissions, certificates, jobs, options, engineSettings, hostKeys, swarm, swarmRole, ...summary } = row;
  return {
    ...toSummary(summary),
    driverLabel: labelOfDriver(row.driver),
    options: options as Record<string, unknown>,
    engineSettings: engineSettings as Record<string, unknown>,
    hostKeys,
    admitted: admissions.map(({ membership, ...admission }) => ({
      ...admission,
      name: membership.user.name,
      email: membership.user.email,
      role: membership.role,
    })),
    iAmAdmitted: admissions.some((admission) => admission.membershipId === ctx.actor.membershipId),
    verbs: verbsOf(row.driver),
    isSignedInTo: findDriver(row.driver)?.provisioning === 'ssh',
    noUpgrade: findDriver(row.driver)?.noUpgrade ?? null,
    swarm: swarm && { ...swarm, role: swarmRole },
    missingDriver: findDriver(row.driver) ? null : missingDriver(row.driver).public,
    engineCertificate: certificates[0] ?? null,
    activeJobId: jobs[0]?.id ?? null,
    way: await describeWay(ctx, row),
  };
}
