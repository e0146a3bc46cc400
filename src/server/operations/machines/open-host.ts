import 'server-only';
import { AppError } from '@/server/errors/app-error';
import type { Runtime } from '@/server/runtime';
import { connectSsh, type SshTarget } from '@/server/ssh/connect';
import type { SshConnection } from '@/server/ssh/connection';
import { acceptPinned, type HostKeyPolicy, type PresentedHostKey, trustOnFirstUse } from '@/server/ssh/host-key';

import type { LoadedMachine } from './load-machine';

/** How to sign in to the machine's host: its address and account, with the team's key opened. Never logged. */
export async function sshTargetOf(runtime: Runtime, machine: LoadedMachine): Promise<SshTarget> {
  const { ssh } = machine.target;
  if (!ssh) {
    throw new AppError({
      code: 'driver.unsupported',
      public: `The console does not sign in to machines of the driver ${machine.driver.label}.`,
    });
  }
  const { teamId } = machine.row;
  const key = await runtime.database.prisma.sshKey.findFirst({
    where: { id: ssh.keyId, teamId },
    select: { secretId: true },
  });
  if (!key) {
    throw new AppError({
      code: 'ssh.key-not-found',
      public: "The machine's SSH key is no longer among the team's keys.",
    });
  }
  const privateKey = await runtime.secrets.open(runtime.database.prisma, {
    id: key.secretId,
    teamId,
    purpose: 'ssh-key',
  });
  return {
    host: ssh.host,
    port: ssh.port,
    user: ssh.user,
    privateKey,
    ...(ssh.sudoPassword !== undefined && { sudoPassword: ssh.sudoPassword }),
  };
}

const pin = async (runtime: Runtime, machine: LoadedMachine, key: PresentedHostKey): Promise<void> => {
  const place = { machineId: machine.row.id, type: key.type };
  await runtime.database.prisma.hostKey.upsert({
    where: { machineId_type: place },
    create: { ...place, teamId: machine.row.teamId, key: key.key, fingerprint: key.fingerprint },
    update: {},
    select: { id: true },
  });
};

/**
 * Signs in to the machine's host. Its pinned host key is the only one accepted; a machine without one gets the first key
 * that it shows pinned, once the sign-in has worked. Throws what connectSsh throws. The caller closes the connection.
 */
export async function openHost(runtime: Runtime, machine: LoadedMachine, signal: AbortSignal): Promise<SshConnection> {
  const target = await sshTargetOf(runtime, machine);
  const pinned = machine.row.hostKeys;
  let seen: PresentedHostKey | undefined;
  const hostKey: HostKeyPolicy = pinned.length > 0 ? acceptPinned(pinned) : trustOnFirstUse((key) => (seen = key));
  const connection = await connectSsh(target, { signal, hostKey });
  if (seen) await pin(runtime, machine, seen);
  return connection;
}
