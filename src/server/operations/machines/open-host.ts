import 'server-only';
import type { SshAccess } from '@/server/drivers/driver';
import { AppError } from '@/server/errors/app-error';
import { openSshTarget } from '@/server/operations/ssh-keys/open-ssh-target';
import type { Runtime } from '@/server/runtime';
import { connectSsh, type SshTarget } from '@/server/ssh/connect';
import type { SshConnection } from '@/server/ssh/connection';
import { acceptPinned, type HostKeyPolicy, type PresentedHostKey, trustOnFirstUse } from '@/server/ssh/host-key';
import { waitForSsh, type WaitForSshOptions } from '@/server/ssh/wait-for-ssh';

import type { LoadedMachine } from './load-machine';
import { routeTo } from './route-to';

const accessOf = ({ target, driver }: LoadedMachine): SshAccess => {
  if (target.ssh) return target.ssh;
  throw new AppError({
    code: 'driver.unsupported',
    public: `The console does not sign in to machines of the driver ${driver.label}.`,
  });
};

const pin = async (runtime: Runtime, machine: LoadedMachine, key: PresentedHostKey): Promise<void> => {
  const place = { machineId: machine.row.id, type: key.type };
  await runtime.database.prisma.hostKey.upsert({
    where: { machineId_type: place },
    create: { ...place, teamId: machine.row.teamId, key: key.key, fingerprint: key.fingerprint },
    update: {},
    select: { id: true },
  });
};

type SignIn = (target: SshTarget, hostKey: HostKeyPolicy) => Promise<SshConnection>;

const open = async (runtime: Runtime, machine: LoadedMachine, signIn: SignIn): Promise<SshConnection> => {
  const target = await openSshTarget(runtime, machine.row.teamId, accessOf(machine));
  const pinned = machine.row.hostKeys;
  let seen: PresentedHostKey | undefined;
  const hostKey: HostKeyPolicy = pinned.length > 0 ? acceptPinned(pinned) : trustOnFirstUse((key) => (seen = key));
  const dial = routeTo(runtime, machine.row.teamId, machine.target);
  const connection = await signIn({ ...target, ...(dial && { dial }) }, hostKey);
  if (seen) await pin(runtime, machine, seen);
  return connection;
};

/**
 * Signs in to the machine's host. Its pinned host key is the only one accepted; a machine without one gets the first key
 * that it shows pinned, once the sign-in has worked. Throws what connectSsh and the way there
 * (route-to.ts) throw. The caller closes the connection.
 */
export const openHost = (runtime: Runtime, machine: LoadedMachine, signal: AbortSignal): Promise<SshConnection> =>
  open(runtime, machine, (target, hostKey) => connectSsh(target, { signal, hostKey }));

/** The same of a host that still boots: tries until it is ready. Throws what waitForSsh throws. */
export const waitForHost = (
  runtime: Runtime,
  machine: LoadedMachine,
  how: Omit<WaitForSshOptions, 'hostKey'>,
): Promise<SshConnection> => open(runtime, machine, (target, hostKey) => waitForSsh(target, { ...how, hostKey }));
