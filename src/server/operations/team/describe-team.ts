import 'server-only';
import type { Role } from '@/lib/role';
import type { TeamContext } from '@/server/operations/team-context';

export interface TeamDetails {
  readonly name: string;
  readonly slug: string;
  readonly createdAt: Date;
  readonly role: Role;
  /** For how many days the logs of ended jobs are kept; null for ever. */
  readonly logDaysKept: number | null;
  /** CIDR blocks from which machines in clouds may be reached, beside the console itself. */
  readonly allowedSources: readonly string[];
}

/** The team, and the caller's role in it. */
export async function describeTeam({ runtime, actor }: TeamContext): Promise<TeamDetails> {
  const team = await runtime.database.prisma.team.findUniqueOrThrow({
    where: { id: actor.teamId },
    select: { name: true, slug: true, createdAt: true, logDaysKept: true, allowedSources: true },
  });
  return { ...team, role: actor.role };
}
