import 'server-only';
import type { Transaction } from '@/server/db/database';
import { Prisma, type PrismaClient } from '@/server/db/generated/client';
import { AppError } from '@/server/errors/app-error';
import { sshKeyNotFound } from '@/server/operations/ssh-keys/open-ssh-key';
import type { TeamContext } from '@/server/operations/team-context';

/** How another host is reached. */
export interface SshWay {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly sshKeyId: string;
}

/** Whoever runs commands on the console's own machine can read the console's secrets: that is for those who run it. Throws auth.forbidden. */
export async function assertMayUseOwnMachine({ runtime, actor }: TeamContext): Promise<void> {
  const operators = await runtime.database.prisma.user.count({ where: { id: actor.userId, operator: true } });
  if (operators > 0) return;
  throw new AppError({
    code: 'auth.forbidden',
    public:
      "Only an operator of the installation registers the console's own machine, because machines made there share it " +
      'with the console. Ask one of them, or register another host over SSH.',
  });
}

/** Holds the key until the transaction ends (remove-ssh-key.ts takes the same row). Throws ssh.key-not-found. */
export async function holdSshKey(tx: Transaction, teamId: string, id: string): Promise<void> {
  const rows = await tx.$queryRaw<unknown[]>`
    select 1 from "SshKey" where "id" = ${id} and "teamId" = ${teamId} and "machineId" is null for share`;
  if (rows.length > 0) return;
  const { code, public: sentence } = sshKeyNotFound();
  throw new AppError({ code, public: sentence, fieldErrors: { sshKeyId: sentence } });
}

/** The team has at most one row for the console's own machine. Throws hypervisor.name-taken. */
export async function assertNoOtherLocal(db: Transaction | PrismaClient): Promise<void> {
  const known = await db.hypervisorHost.findFirst({ where: { kind: 'local' }, select: { name: true } });
  if (!known) return;
  const sentence = `The console's own machine is registered already, as ${known.name}.`;
  throw new AppError({ code: 'hypervisor.name-taken', public: sentence, fieldErrors: { kind: sentence } });
}

/** Turns a name that is taken into hypervisor.name-taken at its field; throws everything else as it is. */
export function refuseTakenName(error: unknown, name: string): never {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError) || error.code !== 'P2002') throw error;
  const sentence = `The team has a hypervisor host called "${name}" already. Choose another name.`;
  throw new AppError({
    code: 'hypervisor.name-taken',
    public: sentence,
    fieldErrors: { name: sentence },
    cause: error,
  });
}
