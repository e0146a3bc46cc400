import type { Prisma } from '@/server/db/generated/client';

/** What may be seen of an SSH key. The sealed private half is in another table. */
export const sshKeySelect = {
  id: true,
  name: true,
  type: true,
  publicKey: true,
  fingerprint: true,
  createdAt: true,
} as const satisfies Prisma.SshKeySelect;

export type SshKeyRow = Prisma.SshKeyGetPayload<{ select: typeof sshKeySelect }>;
