import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import { readShownHostKey } from '@/server/operations/machines/shown-host-key';
import type { TeamContext } from '@/server/operations/team-context';
import type { PinnedHostKey } from '@/server/ssh/host-key';

import {
  assertMayUseOwnMachine,
  assertNoOtherLocal,
  holdSshKey,
  refuseTakenName,
  type SshWay,
} from './hypervisor-input';
import { hypervisorSelect, type HypervisorView, viewHypervisor } from './hypervisor-row';

export type CreateHypervisorInput = { readonly name: string } & (
  | { readonly kind: 'local' }
  | ({
      readonly kind: 'ssh';
      readonly sudoPassword?: string | undefined;
      /** That a check has shown and the admin accepted; no other is accepted from then on. */
      readonly hostKey: PinnedHostKey;
    } & SshWay)
);

const rowOf = (input: CreateHypervisorInput) => {
  if (input.kind === 'local') return { kind: input.kind };
  const { kind, address, port: sshPort, user: sshUser, sshKeyId, hostKey } = input;
  return { kind, address, sshPort, sshUser, sshKeyId, hostKeys: [{ ...readShownHostKey(hostKey) }] };
};

/**
 * Registers a hypervisor host. Nothing is changed on it. Throws input.invalid (field hostKey), hypervisor.name-taken,
 * ssh.key-not-found, and for the console's own machine auth.forbidden unless an operator asks.
 */
export async function createHypervisor(ctx: TeamContext, input: CreateHypervisorInput): Promise<HypervisorView> {
  const { runtime, actor, db } = ctx;
  const { teamId } = actor;
  const { name } = input;
  if (input.kind === 'local') await assertMayUseOwnMachine(ctx);
  const row = rowOf(input);
  try {
    return await db.$transaction(async (tx) => {
      let sudoSecretId: string | null = null;
      if (input.kind === 'local') await assertNoOtherLocal(tx);
      else {
        await holdSshKey(tx, teamId, input.sshKeyId);
        if (input.sudoPassword !== undefined) {
          const secret = { teamId, purpose: 'sudo-password', value: input.sudoPassword } as const;
          sudoSecretId = await runtime.secrets.put(tx, secret);
        }
      }
      const host = await tx.hypervisorHost.create({
        data: { ...row, teamId, name, sudoSecretId, createdAt: runtime.clock.now() },
        select: hypervisorSelect,
      });
      const view = viewHypervisor(host);
      await recordAudit(tx, actor, {
        action: 'hypervisor.registered',
        target: { type: 'hypervisor', id: host.id, name },
        after: auditedHypervisor(view),
      });
      return view;
    });
  } catch (error) {
    return refuseTakenName(error, name);
  }
}

/** What the audit trail tells of a hypervisor host. Pure. */
export const auditedHypervisor = (view: HypervisorView) => ({
  name: view.name,
  kind: view.kind,
  ...(view.kind === 'ssh' && {
    address: view.address,
    port: view.sshPort,
    user: view.sshUser,
    sshKeyId: view.sshKeyId,
    hasSudoPassword: view.hasSudoPassword,
    hostKeys: view.hostKeys.map(({ fingerprint }) => fingerprint),
  }),
});
