import 'server-only';
import type { TeamPolicy } from '@/lib/team-policy';
import { recordAudit } from '@/server/audit/record-audit';
import type { TeamContext } from '@/server/operations/team-context';

export interface TeamChange extends TeamPolicy {
  readonly name: string;
}

const changeSelect = { name: true, clientValidForDays: true, engineValidForDays: true, keyBits: true } as const;

/** Changes the team's name and certificate policy. Certificates that exist keep what they have. Records what differs. */
export async function updateTeam({ actor, db }: TeamContext, input: TeamChange): Promise<void> {
  const { name, clientValidForDays, engineValidForDays, keyBits } = input;
  const wanted = { name, clientValidForDays, engineValidForDays, keyBits };
  await db.$transaction(async (tx) => {
    const where = { id: actor.teamId };
    const present = await tx.team.findUniqueOrThrow({ where, select: changeSelect });
    const changed = Object.keys(changeSelect).filter(
      (key) => present[key as keyof typeof present] !== wanted[key as keyof typeof wanted],
    );
    if (changed.length === 0) return;
    await tx.team.update({ where, data: wanted, select: { id: true } });
    const only = (values: typeof wanted) =>
      Object.fromEntries(Object.entries(values).filter(([key]) => changed.includes(key)));
    await recordAudit(tx, actor, {
      action: 'team.updated',
      target: { type: 'team', id: actor.teamId, name: present.name },
      before: only(present as typeof wanted),
      after: only(wanted),
    });
  });
}
