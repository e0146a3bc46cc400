import 'server-only';
import { resourceCan } from '@/lib/resource';
import { recordAudit } from '@/server/audit/record-audit';
import { listAccounts, type ReachedAccount } from '@/server/operations/ledger/accounts';
import { providerContextFor, silentLog } from '@/server/operations/ledger/driver-context-for';
import { within } from '@/server/operations/ledger/within';
import type { TeamContext } from '@/server/operations/team-context';

import {
  assertNoJob,
  assertStanding,
  getResource,
  type ResourceRow,
  resourceWrongState,
  toldOf,
} from './resource-rows';

const timeoutMs = 60_000;

/** The account of the machine it belongs to; where nobody knows the machine, each that the driver's options reach. */
const accountsOf = async (ctx: TeamContext, row: ResourceRow): Promise<readonly ReachedAccount[]> => {
  const all = await listAccounts(ctx.runtime, { teamId: ctx.actor.teamId, driver: row.driver });
  const own = all.filter(({ machineIds }) => row.machineId !== null && machineIds.has(row.machineId));
  if (all.length > 0) return own.length > 0 ? own : all;
  throw resourceWrongState(
    `No machine and no tombstone of this team reaches the provider of ${row.name} any more. Remove it there, then forget it here.`,
  );
};

/**
 * Removes one thing at its provider, and takes it out of the ledger. Not for what a machine uses. Throws resource.not-found,
 * resource.wrong-state, job.machine-busy, driver.unreachable, and what the driver throws.
 */
export async function removeResource(
  ctx: TeamContext,
  input: { id: string; signal?: AbortSignal | undefined },
): Promise<void> {
  const { runtime, actor, db } = ctx;
  const row = await getResource(db, input.id);
  assertStanding(row, resourceCan.remove, 'removed');
  await assertNoJob(db, row);
  const team = { id: actor.teamId, slug: actor.teamSlug };
  const accounts = await accountsOf(ctx, row);
  await within(
    timeoutMs,
    async (signal) => {
      for (const { account, opened } of accounts) {
        const call = providerContextFor(runtime, { team, driver: row.driver }, { signal, log: silentLog });
        await account.discard(call, opened.options, row);
      }
    },
    { signal: input.signal, hint: `${row.name} may have been asked to go already; look again in a minute.` },
  );
  await db.$transaction(async (tx) => {
    const { count } = await tx.resource.updateMany({
      where: { id: row.id, goneAt: null },
      data: { goneAt: runtime.clock.now() },
    });
    if (count === 0) return;
    await recordAudit(tx, actor, {
      action: 'resource.removed',
      target: { type: 'resource', id: row.id, name: row.name },
      before: toldOf(row),
    });
  });
  await runtime.bus.publish(`team:${actor.teamId}`);
}
