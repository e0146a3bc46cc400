import 'server-only';
import { z } from 'zod';

import { cidrSchema } from '@/lib/cidr';
import { logDaysBounds } from '@/lib/log-retention';
import { revocationReasons } from '@/lib/revocation';
import { roleSchema } from '@/lib/role';
import { teamNameSchema } from '@/lib/team-name';
import { changeRole } from '@/server/operations/team/change-role';
import { describeTeam } from '@/server/operations/team/describe-team';
import { listMembers } from '@/server/operations/team/list-members';
import { previewOffboarding } from '@/server/operations/team/offboard-preview';
import { removeMember } from '@/server/operations/team/remove-member';
import { setAllowedSources } from '@/server/operations/team/set-allowed-sources';
import { setLogRetention } from '@/server/operations/team/set-log-retention';
import { resumeMember, suspendMember } from '@/server/operations/team/suspend-member';
import { updateTeam } from '@/server/operations/team/update-team';
import { router, teamProcedure } from '@/server/trpc';

const comment = z.string().trim().max(500, 'may have at most 500 characters').optional();

/** A team and its members. */
export const teamRouter = router({
  get: teamProcedure('team.read').query(({ ctx }) => describeTeam(ctx.team)),

  update: teamProcedure('team.update')
    .input(z.object({ name: teamNameSchema }))
    .mutation(({ ctx, input }) => updateTeam(ctx.team, input)),

  setLogRetention: teamProcedure('team.update')
    .input(
      z.object({
        days: z
          .int('has to be a whole number of days')
          .min(logDaysBounds.min, 'is at least one day')
          .max(logDaysBounds.max, `is at most ${logDaysBounds.max} days`)
          .nullable(),
      }),
    )
    .mutation(({ ctx, input }) => setLogRetention(ctx.team, input)),

  setAllowedSources: teamProcedure('team.update')
    .input(z.object({ sources: z.array(cidrSchema).max(50, 'may have at most 50 entries') }))
    .mutation(({ ctx, input }) => setAllowedSources(ctx.team, input)),

  members: teamProcedure('team.read').query(({ ctx }) => listMembers(ctx.team)),

  changeRole: teamProcedure('member.change-role')
    .input(z.object({ memberId: z.uuid(), role: roleSchema }))
    .mutation(({ ctx, input }) => changeRole(ctx.team, input)),

  // Everybody may leave; the operations ask for the role where it is somebody else.
  offboardPreview: teamProcedure('team.read')
    .input(z.object({ memberId: z.uuid() }))
    .query(({ ctx, input }) => previewOffboarding(ctx.team, input)),

  removeMember: teamProcedure('team.read')
    .input(z.object({ memberId: z.uuid(), reason: z.enum(revocationReasons).optional(), comment }))
    .mutation(({ ctx, input }) => removeMember(ctx.team, input)),

  suspendMember: teamProcedure('member.suspend')
    .input(z.object({ memberId: z.uuid(), comment }))
    .mutation(({ ctx, input }) => suspendMember(ctx.team, input)),

  resumeMember: teamProcedure('member.suspend')
    .input(z.object({ memberId: z.uuid() }))
    .mutation(({ ctx, input }) => resumeMember(ctx.team, input)),
});
