import type { Actor } from '@/server/audit/actor';
import type { TeamDb } from '@/server/db/team-scope';
import type { Runtime } from '@/server/runtime';

/** What every operation of a team gets first: who acts, and the door to that team's rows. */
export interface TeamContext {
  readonly runtime: Runtime;
  readonly actor: Actor;
  readonly db: TeamDb;
}

/** What an operation outside any team gets: signing in, setting up, accepting an invitation. */
export interface RequestContext {
  readonly runtime: Runtime;
  readonly address: string | undefined;
  readonly requestId: string;
}
