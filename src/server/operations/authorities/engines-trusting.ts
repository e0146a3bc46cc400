import 'server-only';
import type { Transaction } from '@/server/db/database';

/**
 * Ids of the machines whose engines decide by themselves who gets in, and so hold CAs in a trust file: those that admit this
 * member, or all of the team. Gates admit by fingerprint and need no word of a CA that has signed nothing yet.
 */
export async function enginesTrusting(tx: Transaction, teamId: string, membershipId?: string): Promise<string[]> {
  const rows = await tx.machine.findMany({
    where: {
      teamId,
      enforcement: 'engine',
      state: { notIn: ['creating', 'failed', 'removing'] },
      ...(membershipId !== undefined && { admissions: { some: { membershipId } } }),
    },
    select: { id: true },
  });
  return rows.map((row) => row.id);
}
