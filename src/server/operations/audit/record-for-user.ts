import 'server-only';
import { type AuditEntry, recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';

export interface UserEvent {
  readonly user: { readonly id: string; readonly name: string };
  readonly address?: string | undefined;
  readonly requestId?: string | undefined;
  /** False where somebody only claimed to be the user: a refused sign-in. */
  readonly isByUser?: boolean;
  /** Who did it, where it was not the user. */
  readonly actor?: { readonly id: string; readonly name: string };
}

/** Records what concerns a person and no single team (signing in, a new password) in each of the person's teams. */
export async function recordForUser(tx: Transaction, event: UserEvent, entry: AuditEntry): Promise<void> {
  const { user, address, requestId, isByUser = true } = event;
  const by = event.actor ?? user;
  const memberships = await tx.membership.findMany({
    where: { userId: user.id },
    // One order for everybody: the chains' locks are taken one after the other and must not wait for each other.
    orderBy: { teamId: 'asc' },
    select: { teamId: true },
  });
  const actor = isByUser ? { userId: by.id, name: by.name } : { userId: undefined, name: 'Unknown' };
  for (const { teamId } of memberships) await recordAudit(tx, { ...actor, teamId, address, requestId }, entry);
}
