import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import { Prisma } from '@/server/db/generated/client';
import { AppError } from '@/server/errors/app-error';
import type { TeamContext } from '@/server/operations/team-context';
import type { SshKeyPair } from '@/server/ssh/keys';

import { sshKeySelect, type SshKeyRow } from './ssh-key-row';

const nameTaken = (name: string, cause: unknown) => {
  const sentence = `The team has an SSH key called "${name}" already. Choose another name.`;
  return new AppError({ code: 'ssh.key-name-taken', public: sentence, fieldErrors: { name: sentence }, cause });
};

/** Seals and stores a key pair with its audit event. Throws ssh.key-name-taken. */
export async function storeSshKey(
  { runtime, actor, db }: TeamContext,
  { name, pair, origin }: { name: string; pair: SshKeyPair; origin: 'generated' | 'imported' },
): Promise<SshKeyRow> {
  const { type, publicKey, fingerprint, privateKey } = pair;
  const { teamId } = actor;
  try {
    return await db.$transaction(async (tx) => {
      const secretId = await runtime.secrets.put(tx, { teamId, purpose: 'ssh-key', value: privateKey });
      const key = await tx.sshKey.create({
        data: { teamId, name, type, publicKey, fingerprint, secretId, createdAt: runtime.clock.now() },
        select: sshKeySelect,
      });
      await recordAudit(tx, actor, {
        action: `ssh-key.${origin}`,
        target: { type: 'ssh-key', id: key.id, name },
        after: { type, fingerprint },
      });
      return key;
    });
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002') throw nameTaken(name, error);
    throw error;
  }
}
