import 'server-only';
import { findUsers } from '@/server/operations/machines/find-users';
import type { TeamContext } from '@/server/operations/team-context';

import { hypervisorSelect, type HypervisorView, viewHypervisor } from './hypervisor-row';

export interface ListedHypervisor extends HypervisorView {
  /** Names of the machines that live there. */
  readonly machines: readonly string[];
  readonly images: number;
}

/** The team's hypervisor hosts by name, as their last checks have found them. */
export async function listHypervisors({ db, actor }: TeamContext): Promise<readonly ListedHypervisor[]> {
  const [hosts, users] = await Promise.all([
    db.hypervisorHost.findMany({
      orderBy: { name: 'asc' },
      select: { ...hypervisorSelect, _count: { select: { imageCopies: true } } },
    }),
    findUsers(db, actor.teamId, 'hypervisor'),
  ]);
  return hosts.map(({ _count, ...host }) => ({
    ...viewHypervisor(host),
    machines: users.get(host.id) ?? [],
    images: _count.imageCopies,
  }));
}
