import 'server-only';
import type { Transaction } from '@/server/db/database';
import type { PrismaClient } from '@/server/db/generated/client';

import { keptHostKeys } from './hypervisor-row';

const select = { id: true, kind: true, address: true, sshPort: true, hostKeys: true } as const;

interface Registered {
  readonly kind: string;
  readonly address: string | null;
  readonly sshPort: number;
  readonly hostKeys: unknown;
}

const isOwnMachine = ({ kind, address }: Registered): boolean =>
  kind === 'local' || /^(localhost|127\.[\d.]+|::1)$/.test(address ?? '');

const fingerprints = ({ hostKeys }: Registered): readonly string[] =>
  keptHostKeys.parse(hostKeys).map(({ fingerprint }) => fingerprint);

const isSame = (one: Registered, other: Registered): boolean =>
  (isOwnMachine(one) && isOwnMachine(other)) ||
  (one.address !== null && one.address === other.address && one.sshPort === other.sshPort) ||
  fingerprints(one).some((fingerprint) => fingerprints(other).includes(fingerprint));

/**
 * The ids of all registrations of the team that lead to the same host as this one, itself among them: a host may be known by a name and
 * by an address, but it shows one host key. Empty where it is not registered any more.
 */
export async function findSameHost(
  db: Transaction | PrismaClient,
  { teamId, id }: { teamId: string; id: string },
): Promise<readonly string[]> {
  const all = await db.hypervisorHost.findMany({ where: { teamId }, select });
  const host = all.find((one) => one.id === id);
  return host ? all.filter((one) => one === host || isSame(one, host)).map((one) => one.id) : [];
}
