import { z } from 'zod';

import type { Role } from '@/lib/role';
import type { Actor } from '@/server/audit/actor';
import type { Prisma } from '@/server/db/generated/client';
import { machineRollBackId } from '@/server/jobs/kinds/machine-roll-back';
import { type Action, assertMay, isAction, leastRoleFor, may } from '@/server/policies/may';

/** What decides who may cancel or retry a job. */
export interface SteeredJob {
  readonly kind: string;
  readonly machine: { readonly ownerId: string | null } | null;
  /** What it was started with. */
  readonly payload: unknown;
}

/** What is read of a job that somebody wants to cancel, retry or roll back. */
export const steeredJobSelect = {
  id: true,
  kind: true,
  machineId: true,
  machine: { select: { ownerId: true } },
  subject: true,
  payload: true,
  state: true,
} satisfies Prisma.JobSelect;

const rollBackPayload = z.object({ kind: z.string(), payload: z.unknown() });
const intoSwarm = z.object({ swarm: z.unknown() });

/** What the job does, and a roll-back takes back: its kind, where that names an action, and what else its payload asks for. */
const doneBy = ({ kind, payload }: Pick<SteeredJob, 'kind' | 'payload'>): readonly string[] => {
  if (kind === machineRollBackId) {
    const former = rollBackPayload.safeParse(payload);
    return former.success ? doneBy(former.data) : [];
  }
  const entersSwarm = kind === 'machine.create' && intoSwarm.safeParse(payload).data?.swarm !== undefined;
  return entersSwarm ? [kind, 'swarm.manage'] : [kind];
};

/**
 * What one has to be allowed to do in order to cancel or retry a job: to steer jobs, and to do what the job itself does
 * (with "-any" behind it for a machine that is not one's own). Else a member could begin by a retry what only an admin may
 * begin.
 */
const actionsFor = (actor: Pick<Actor, 'userId'>, job: SteeredJob): readonly Action[] => {
  const isOwn = job.machine?.ownerId === actor.userId;
  const done = doneBy(job).flatMap((action) => (isOwn ? [action] : [action, `${action}-any`]));
  return ['job.steer', ...done.filter(isAction)];
};

/** Whether the member may cancel or retry the job, and the least role that may. */
export interface Steering {
  readonly isAllowed: boolean;
  readonly leastRole: Role;
}

export const steeringOf = (actor: Pick<Actor, 'role' | 'userId'>, job: SteeredJob): Steering => {
  const actions = actionsFor(actor, job);
  return { isAllowed: actions.every((action) => may(actor, action)), leastRole: leastRoleFor(actions) };
};

/** Throws auth.forbidden with the role that would be needed. */
export const assertMaySteer = (actor: Pick<Actor, 'role' | 'userId'>, job: SteeredJob): void => {
  for (const action of actionsFor(actor, job)) assertMay(actor, action);
};
