import 'server-only';
import { getMachineByName } from '@/server/operations/machines/get-machine';
import type { TeamContext } from '@/server/operations/team-context';

import { type SelfTestView, selfTestSelect, toView } from './self-test-rows';

/** The self-tests of one machine, newest first. Throws machine.not-found. */
export async function listSelfTests(
  ctx: TeamContext,
  input: { readonly machine: string; readonly limit: number },
): Promise<SelfTestView[]> {
  const machine = await getMachineByName(ctx.db, input.machine);
  const rows = await ctx.db.selfTest.findMany({
    where: { machineId: machine.id },
    orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
    take: input.limit,
    select: selfTestSelect,
  });
  return rows.map(toView);
}
