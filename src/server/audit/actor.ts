import type { Role } from '@/lib/role';

/** Who acts in a team: a signed-in member, with where the request came from. */
export interface Actor {
  readonly userId: string;
  readonly name: string;
  readonly teamId: string;
  readonly teamSlug: string;
  readonly membershipId: string;
  readonly role: Role;
  readonly address: string | undefined;
  readonly requestId: string | undefined;
}

/** The console itself, where no member asked: a job's own change, the first start. */
export const consoleActor = (teamId: string): AuditActor => ({ userId: undefined, name: 'Quaymaster', teamId });

export type AuditActor = Pick<Actor, 'name' | 'teamId'> & {
  readonly userId: string | undefined;
  readonly address?: string | undefined;
  readonly requestId?: string | undefined;
};
