import type { Role } from '@/lib/role';
import type { Actor } from '@/server/audit/actor';
import { type Action, assertMay, isAction, leastRoleFor, may } from '@/server/policies/may';

/** What decides who may cancel or retry a job. */
export interface SteeredJob {
  readonly kind: string;
  readonly machine: { readonly ownerId: string | null } | null;
}

/**
 * What one has to be allowed to do in order to cancel or retry a job: to steer jobs, and to do what the job itself does
 * (its kind, where that names an action; with "-any" behind it for a machine that is not one's own). Else a member could
 * begin by a retry what only an admin may begin.
 */
const actionsFor = (actor: Pick<Actor, 'userId'>, { kind, machine }: SteeredJob): readonly Action[] => {
  const isOwn = machine?.ownerId === actor.userId;
  return ['job.steer', ...[kind, ...(isOwn ? [] : [`${kind}-any`])].filter(isAction)];
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
