import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';
import { AppError, invariant } from '@/server/errors/app-error';
import { findUsers, nameSome } from '@/server/operations/machines/find-users';
import { readShownHostKey } from '@/server/operations/machines/shown-host-key';
import type { TeamContext } from '@/server/operations/team-context';
import type { PinnedHostKey } from '@/server/ssh/host-key';

import { auditedHypervisor } from './create-hypervisor';
import { hypervisorNotFound } from './hypervisor-access';
import { holdSshKey, refuseTakenName, type SshWay } from './hypervisor-input';
import { hypervisorSelect, type HypervisorView, keptHostKeys, viewHypervisor } from './hypervisor-row';

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

interface Row {
  readonly name: string;
  readonly address: string | null;
  readonly sshPort: number;
  readonly sshUser: string | null;
  readonly hostKeys: unknown;
}

/**
 * The virtual machines and their files are those of this account on this host: elsewhere a removal finds nothing, and reports that
 * nothing is left. Another address is fine with the pinned key, since no other host has it. Throws hypervisor.in-use at its field.
 */
const assertSamePlace = (
  row: Row,
  { ssh, hostKey, machines }: { ssh: SshWay; hostKey: PinnedHostKey | undefined; machines: readonly string[] },
): void => {
  const [who, them] = [nameSome(machines), machines.length === 1 ? 'it' : 'them'];
  const refuse = (field: string, why: string) => {
    const sentence = `${who} ${machines.length === 1 ? 'lives' : 'live'} on ${row.name}, or something of ${them} is still to be taken back there. ${why}`;
    return new AppError({ code: 'hypervisor.in-use', public: sentence, fieldErrors: { [field]: sentence } });
  };
  if (machines.length === 0) return;
  if (ssh.user !== row.sshUser) {
    throw refuse(
      'user',
      `Another account would not find ${them}. Keep ${row.sshUser ?? 'the user'}, remove ${them} first, or register the host once more for the other account.`,
    );
  }
  const isSameWay = ssh.address === row.address && ssh.port === row.sshPort;
  const isPinned = !hostKey || keptHostKeys.parse(row.hostKeys).some(({ key }) => key === hostKey.key);
  if (!isSameWay && !isPinned) {
    throw refuse(
      ssh.address === row.address ? 'port' : 'address',
      `There another host key answers, so it may be another host. Keep the address, remove ${them} first, or register the other host as one of its own.`,
    );
  }
};

/**
 * Changes how a hypervisor host is called and reached; connections to it are made anew. Throws hypervisor.not-found,
 * hypervisor.name-taken, ssh.key-not-found, input.invalid (field hostKey), hypervisor.in-use (field user, address or port).
 */
export async function updateHypervisor(ctx: TeamContext, input: UpdateHypervisorInput): Promise<HypervisorView> {
  const { runtime, actor, db } = ctx;
  const { teamId } = actor;
  const { id, name, ssh } = input;
  const hostKey = ssh?.hostKey && readShownHostKey(ssh.hostKey);
  try {
    const after = await db.$transaction(async (tx) => {
      await tx.$queryRaw`select 1 from "HypervisorHost" where "id" = ${id} and "teamId" = ${teamId} for update`;
      const found = await tx.hypervisorHost.findFirst({ where: { id, teamId }, select: hypervisorSelect });
      if (!found) throw hypervisorNotFound();
      invariant((found.kind === 'ssh') === (ssh !== undefined), `hypervisor host ${id} is of the kind ${found.kind}`);
      if (ssh) {
        assertSamePlace(found, { ssh, hostKey, machines: (await findUsers(tx, teamId, 'hypervisor')).get(id) ?? [] });
        await holdSshKey(tx, teamId, ssh.sshKeyId);
      }
      const before = viewHypervisor(found);
      const sudoSecretId = await changedSecret(ctx, tx, {
        secretId: found.sudoSecretId,
        password: ssh?.sudoPassword,
      });
      const way = ssh && { address: ssh.address, sshPort: ssh.port, sshUser: ssh.user, sshKeyId: ssh.sshKeyId };
      const row = await tx.hypervisorHost.update({
        where: { id, teamId },
        data: { name, ...way, sudoSecretId, ...(hostKey && { hostKeys: [{ ...hostKey }] }) },
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
