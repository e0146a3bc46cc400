import { leastRole, type Permission } from '@/lib/permission';
import { type Role, roleReaches, roles } from '@/lib/role';
import { AppError } from '@/server/errors/app-error';

/** Needs a role. */
export type Action = Permission;

export const isAction = (text: string): text is Action => Object.hasOwn(leastRole, text);

/** The least role that has every one of these actions. */
export const leastRoleFor = (actions: readonly Action[]): Role =>
  roles.find((role) => actions.some((action) => leastRole[action] === role)) ?? 'viewer';

export const may = (actor: { role: Role }, action: Action): boolean => roleReaches(actor.role, leastRole[action]);

/** Throws auth.forbidden with the role that would be needed. */
export function assertMay(actor: { role: Role }, action: Action): void {
  if (may(actor, action)) return;
  throw new AppError({
    code: 'auth.forbidden',
    public: `This needs the role ${leastRole[action]} or higher; yours is ${actor.role}. Ask an admin of the team.`,
    internal: action,
  });
}
