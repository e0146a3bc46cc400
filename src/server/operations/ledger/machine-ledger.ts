import 'server-only';
import type { LedgerEntry, ResourceLedger } from '@/server/drivers/ledger';
import type { Runtime } from '@/server/runtime';

import { liveThings } from './live-things';

export interface LedgerOwner {
  readonly teamId: string;
  readonly machineId: string;
  /** Kept beside the id, because the rows outlive the machine's own. */
  readonly machineName: string;
  readonly driver: string;
}

const entrySelect = { id: true, kind: true, name: true, providerId: true } as const;

/**
 * The ledger of one machine, kept in the Resource table. Rows stay after the thing is gone, with the time of it; what was
 * found at the provider and is nobody's yet belongs to it, so that it goes with the machine. One job
 * per machine runs at a time, so writes of one ledger do not race.
 */
export function machineLedger({ database, clock }: Runtime, owner: LedgerOwner): ResourceLedger {
  const { resource } = database.prisma;
  const live = { teamId: owner.teamId, machineId: owner.machineId, ...liveThings };
  return {
    intend: async ({ kind, name }): Promise<LedgerEntry> => {
      const known = await resource.findFirst({ where: { ...live, kind, name }, select: entrySelect });
      if (known) return known;
      return resource.create({ data: { ...owner, kind, name, intendedAt: clock.now() }, select: entrySelect });
    },
    created: async (id, providerId) => {
      await resource.updateMany({ where: { ...live, id }, data: { providerId, createdAt: clock.now() } });
    },
    gone: async (id) => {
      await resource.updateMany({ where: { ...live, id }, data: { goneAt: clock.now() } });
    },
    list: () =>
      resource.findMany({ where: live, orderBy: [{ intendedAt: 'asc' }, { id: 'asc' }], select: entrySelect }),
  };
}
