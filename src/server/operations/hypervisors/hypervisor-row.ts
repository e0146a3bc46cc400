import 'server-only';
import { z } from 'zod';

import { type HypervisorFacts, hypervisorFacts } from '@/lib/hypervisor-host';
import type { Prisma } from '@/server/db/generated/client';

/** Host keys as the row of a hypervisor host keeps them. */
export const keptHostKeys = z.array(z.object({ type: z.string(), key: z.string(), fingerprint: z.string() }));

/** What may be seen of a hypervisor host. The sealed password is in another table. */
export const hypervisorSelect = {
  id: true,
  name: true,
  kind: true,
  address: true,
  sshPort: true,
  sshUser: true,
  sshKeyId: true,
  sudoSecretId: true,
  hostKeys: true,
  facts: true,
  checkedAt: true,
  createdAt: true,
} as const satisfies Prisma.HypervisorHostSelect;

type Row = Prisma.HypervisorHostGetPayload<{ select: typeof hypervisorSelect }>;

export interface HypervisorView extends Omit<Row, 'sudoSecretId' | 'hostKeys' | 'facts'> {
  readonly hasSudoPassword: boolean;
  readonly hostKeys: readonly { readonly type: string; readonly fingerprint: string }[];
  /** Null where it was never checked. */
  readonly facts: HypervisorFacts | null;
}

/** Facts as a row keeps them; what another version wrote and this one cannot read counts as never checked. */
export const readFacts = (facts: unknown): HypervisorFacts | null => hypervisorFacts.safeParse(facts).data ?? null;

/** A row as people see it. Pure. */
export const viewHypervisor = ({ sudoSecretId, hostKeys, facts, ...row }: Row): HypervisorView => ({
  ...row,
  hasSudoPassword: sudoSecretId !== null,
  hostKeys: keptHostKeys.parse(hostKeys).map(({ type, fingerprint }) => ({ type, fingerprint })),
  facts: readFacts(facts),
});
