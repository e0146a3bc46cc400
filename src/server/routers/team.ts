import 'server-only';
import { z } from 'zod';

import { roleSchema } from '@/lib/role';
import { teamNameSchema } from '@/lib/team-name';
import { teamPolicySchema } from '@/lib/team-policy';
import { changeRole } from '@/server/operations/team/change-role';
import { describeTeam } from '@/server/operations/team/describe-team';
import { listMembers } from '@/server/operations/team/list-members';
import { removeMember } from '@/server/operations/team/remove-member';
import { updateTeam } from '@/server/operations/team/update-team';
import { router, teamProcedure } from '@/server/trpc';

/** A team, its certificate policy and its members. */
export const teamRouter = router({
  get: teamProcedure('team.read').query(({ ctx }) => describeTeam(ctx.team)),

  update: teamProcedure('team.update')
    .input(z.object({ name: teamNameSchema, ...teamPolicySchema.shape }))
    .mutation(({ ctx, input }) => updateTeam(ctx.team, input)),

  members: teamProcedure('team.read').query(({ ctx }) => listMembers(ctx.team)),

  changeRole: teamProcedure('member.change-role')
    .input(z.object({ memberId: z.uuid(), role: roleSchema }))
    .mutation(({ ctx, input }) => changeRole(ctx.team, input)),

  // Everybody may leave; the operation asks for the role where it is somebody else.
  removeMember: teamProcedure('team.read')
    .input(z.object({ memberId: z.uuid() }))
    .mutation(({ ctx, input }) => removeMember(ctx.team, input)),
});
