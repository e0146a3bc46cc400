import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';
import { invariant } from '@/server/errors/app-error';
import { readShownHostKey } from '@/server/operations/machines/shown-host-key';
import type { TeamContext } from '@/server/operations/team-context';
import type { PinnedHostKey } from '@/server/ssh/host-key';

import { auditedHypervisor } from './create-hypervisor';
import { hypervisorNotFound } from './hypervisor-access';
import { holdSshKey, refuseTakenName, type SshWay } from './hypervisor-input';
import { hypervisorSelect, type HypervisorView, viewHypervisor } from './hypervisor-row';

export interface UpdateHypervisorInput {
  readonly id: string;
  readonly name: string;
  /** Left out for the console's own machine. */
  readonly ssh?:
    | (SshWay & {
        /** Left out: as it is. Null: none any more. */
        readonly sudoPassword?: string | null | undefined;
        /** Takes the place of the one that is pinned. Left out: as it is. */
        readonly hostKey?: PinnedHostKey | undefined;
      })
    | undefined;
}

interface PasswordChange {
  readonly secretId: string | null;
  readonly password: string | null | undefined;
}

const changedSecret = async (
  { runtime, actor: { teamId } }: TeamContext,
  tx: Transaction,
  { secretId, password }: PasswordChange,
): Promise<string | null> => {
  if (password === undefined) return secretId;
  if (secretId) await runtime.secrets.remove(tx, { id: secretId, teamId });
  if (password === null) return null;
  return runtime.secrets.put(tx, { teamId, purpose: 'sudo-password', value: password });
};

/**
 * Changes how a hypervisor host is called and reached; connections to it are made anew. Throws hypervisor.not-found,
 * hypervisor.name-taken, ssh.key-not-found, input.invalid (field hostKey).
 */
export async function updateHypervisor(ctx: TeamContext, input: UpdateHypervisorInput): Promise<HypervisorView> {
  const { runtime, actor, db } = ctx;
  const { teamId } = actor;
  const { id, name, ssh } = input;
  const hostKeys = ssh?.hostKey && [{ ...readShownHostKey(ssh.hostKey) }];
  try {
    const after = await db.$transaction(async (tx) => {
      await tx.$queryRaw`select 1 from "HypervisorHost" where "id" = ${id} and "teamId" = ${teamId} for update`;
      const found = await tx.hypervisorHost.findFirst({ where: { id, teamId }, select: hypervisorSelect });
      if (!found) throw hypervisorNotFound();
      invariant((found.kind === 'ssh') === (ssh !== undefined), `hypervisor host ${id} is of the kind ${found.kind}`);
      if (ssh) await holdSshKey(tx, teamId, ssh.sshKeyId);
      const before = viewHypervisor(found);
      const sudoSecretId = await changedSecret(ctx, tx, {
        secretId: found.sudoSecretId,
        password: ssh?.sudoPassword,
      });
      const way = ssh && { address: ssh.address, sshPort: ssh.port, sshUser: ssh.user, sshKeyId: ssh.sshKeyId };
      const row = await tx.hypervisorHost.update({
        where: { id, teamId },
        data: { name, ...way, sudoSecretId, ...(hostKeys && { hostKeys }) },
        select: hypervisorSelect,
      });
      const view = viewHypervisor(row);
      await recordAudit(tx, actor, {
        action: 'hypervisor.changed',
        target: { type: 'hypervisor', id, name },
        before: auditedHypervisor(before),
        after: {
          ...auditedHypervisor(view),
          ...(ssh?.sudoPassword != null && { sudoPassword: 'changed' }),
        },
      });
      return view;
    });
    await runtime.hypervisors.forget({ teamId, id });
    await runtime.bus.publish('hypervisors');
    return after;
  } catch (error) {
    return refuseTakenName(error, name);
  }
}
