import { z } from 'zod';

/** From the most to the least rights. */
export const roles = ['owner', 'admin', 'member', 'viewer'] as const;
export const roleSchema = z.enum(roles);
export type Role = (typeof roles)[number];

/** True when `role` has at least the rights of `needed`. */
export const roleReaches = (role: Role, needed: Role): boolean => roles.indexOf(role) <= roles.indexOf(needed);
