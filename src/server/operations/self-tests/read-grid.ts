import 'server-only';
import type { Enforcement } from '@/server/db/generated/client';
import type { TeamContext } from '@/server/operations/team-context';

import { type SelfTestView, selfTestSelect, toView } from './self-test-rows';

export interface GridRow {
  readonly id: string;
  readonly name: string;
  readonly enforcement: Enforcement;
  readonly latest: SelfTestView | null;
}

/** Every machine of the team by name, with its newest self-test. */
export async function readGrid(ctx: TeamContext): Promise<{ readonly machines: GridRow[] }> {
  const rows = await ctx.db.machine.findMany({
    where: { state: { notIn: ['creating', 'removing'] } },
    orderBy: { name: 'asc' },
    select: {
      id: true,
      name: true,
      enforcement: true,
      selfTests: { orderBy: [{ startedAt: 'desc' }, { id: 'desc' }], take: 1, select: selfTestSelect },
    },
  });
  return {
    machines: rows.map(({ selfTests, ...machine }) => ({
      ...machine,
      latest: selfTests[0] ? toView(selfTests[0]) : null,
    })),
  };
}
