import 'server-only';
import type { MachineKey } from '@/server/drivers/driver';
import type { Runtime } from '@/server/runtime';
import { generateSshKey } from '@/server/ssh/keys';

/**
 * The SSH key that the console has made for one machine, made now where there is none. It is removed with the machine, and no
 * member chooses it for anything else.
 */
export async function ensureMachineKey(
  runtime: Runtime,
  machine: { readonly id: string; readonly name: string; readonly teamId: string },
): Promise<MachineKey> {
  const { prisma } = runtime.database;
  const { id: machineId, teamId } = machine;
  const select = { id: true, publicKey: true } as const;
  const known = await prisma.sshKey.findFirst({ where: { machineId, teamId }, select });
  if (known) return known;
  const { privateKey, ...facts } = await generateSshKey({ type: 'ed25519', comment: `quaymaster ${machine.name}` });
  return prisma.$transaction(async (tx) => {
    const secretId = await runtime.secrets.put(tx, { teamId, purpose: 'ssh-key', value: privateKey });
    const data = {
      teamId,
      machineId,
      name: `machine ${machineId}`,
      ...facts,
      secretId,
      createdAt: runtime.clock.now(),
    };
    return tx.sshKey.create({ data, select });
  });
}
