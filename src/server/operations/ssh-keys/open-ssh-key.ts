import 'server-only';
import { AppError } from '@/server/errors/app-error';
import type { Runtime } from '@/server/runtime';

export const sshKeyNotFound = () =>
  new AppError({ code: 'ssh.key-not-found', public: 'The SSH key is not there any more. Choose another one.' });

/** The private key of one of the team's SSH keys, as text without a passphrase. Throws ssh.key-not-found. */
export async function openSshKey(runtime: Runtime, { teamId, id }: { teamId: string; id: string }): Promise<string> {
  const { prisma } = runtime.database;
  const row = await prisma.sshKey.findFirst({ where: { id, teamId }, select: { secretId: true } });
  if (!row) throw sshKeyNotFound();
  return runtime.secrets.open(prisma, { id: row.secretId, teamId, purpose: 'ssh-key' });
}
