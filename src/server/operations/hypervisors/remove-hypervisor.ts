import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import { AppError } from '@/server/errors/app-error';
import { findUsers, nameSome } from '@/server/operations/machines/find-users';
import type { TeamContext } from '@/server/operations/team-context';

import { auditedHypervisor } from './create-hypervisor';
import { hypervisorNotFound } from './hypervisor-access';
import { hypervisorSelect, viewHypervisor } from './hypervisor-row';

export interface RemoveHypervisorInput {
  readonly id: string;
  /** The host's name once more, as the person typed it. */
  readonly confirm: string;
}

/**
 * Takes a hypervisor host out of the team. Nothing is changed on it: images stay in the console's folder there. Throws
 * hypervisor.not-found, hypervisor.in-use, input.invalid (field confirm).
 */
export async function removeHypervisor(ctx: TeamContext, { id, confirm }: RemoveHypervisorInput): Promise<void> {
  const { runtime, actor, db } = ctx;
  const { teamId } = actor;
  await db.$transaction(async (tx) => {
    // Held against a machine that is being created here (hold-things.ts takes the same row).
    await tx.$queryRaw`select 1 from "HypervisorHost" where "id" = ${id} and "teamId" = ${teamId} for update`;
    const host = await tx.hypervisorHost.findFirst({ where: { id, teamId }, select: hypervisorSelect });
    if (!host) throw hypervisorNotFound();
    if (confirm !== host.name) {
      const sentence = `Type ${host.name} to confirm.`;
      throw new AppError({ code: 'input.invalid', public: sentence, fieldErrors: { confirm: sentence } });
    }
    const machines = (await findUsers(tx, teamId, 'hypervisor')).get(id) ?? [];
    if (machines.length > 0) {
      throw new AppError({
        code: 'hypervisor.in-use',
        public: `${nameSome(machines)} ${machines.length === 1 ? 'lives' : 'live'} on ${host.name}, or something of ${machines.length === 1 ? 'it' : 'them'} is still to be taken back there. Remove ${machines.length === 1 ? 'it' : 'them'} first.`,
      });
    }
    await tx.hypervisorHost.deleteMany({ where: { id, teamId } });
    if (host.sudoSecretId) await runtime.secrets.remove(tx, { id: host.sudoSecretId, teamId });
    await recordAudit(tx, actor, {
      action: 'hypervisor.removed',
      target: { type: 'hypervisor', id, name: host.name },
      before: auditedHypervisor(viewHypervisor(host)),
    });
  });
  await runtime.hypervisors.forget({ teamId, id });
  await runtime.bus.publish('hypervisors');
}
