import 'server-only';
import type { Role } from '@/lib/role';
import { type TeamPolicy, teamPolicySchema } from '@/lib/team-policy';
import type { TeamContext } from '@/server/operations/team-context';

export interface TeamDetails extends TeamPolicy {
  readonly name: string;
  readonly slug: string;
  readonly createdAt: Date;
  readonly role: Role;
}

/** The team with its certificate policy, and the caller's role in it. */
export async function describeTeam({ runtime, actor }: TeamContext): Promise<TeamDetails> {
  const { name, slug, createdAt, ...policy } = await runtime.database.prisma.team.findUniqueOrThrow({
    where: { id: actor.teamId },
    select: {
      name: true,
      slug: true,
      createdAt: true,
      clientValidForDays: true,
      engineValidForDays: true,
      keyBits: true,
    },
  });
  return { name, slug, createdAt, role: actor.role, ...teamPolicySchema.parse(policy) };
}
