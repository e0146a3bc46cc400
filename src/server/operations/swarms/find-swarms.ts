import 'server-only';
import { deadlineSignal } from '@/server/clock/deadline';
import { AppError } from '@/server/errors/app-error';
import { engineEndpointFor } from '@/server/operations/machines/engine-endpoint';
import { loadMachine } from '@/server/operations/machines/load-machine';
import type { TeamContext } from '@/server/operations/team-context';
import { type SwarmStanding, swarmStanding } from '@/server/provision/swarm/swarm-client';

import { noteStanding } from './note-standing';

const atOnce = 8;
const askMs = 8000;

/** For all of them together. */
const timeoutMs = 120_000;

/**
 * Asks every engine of the team that answers which swarm it is in, for those that came into one without the console. Out: how
 * many were asked, and how many did not answer, also for want of time.
 */
export async function findSwarms(ctx: TeamContext): Promise<{ readonly asked: number; readonly silent: number }> {
  const { runtime, actor } = ctx;
  const machines = await ctx.db.machine.findMany({
    where: { state: { in: ['running', 'degraded'] }, address: { not: null } },
    orderBy: { name: 'asc' },
    select: { id: true, teamId: true, name: true },
  });
  const found: { readonly machine: (typeof machines)[number]; readonly standing: SwarmStanding }[] = [];
  const deadline = deadlineSignal(timeoutMs);
  let asked = 0;
  const rest = [...machines];
  const ask = async (): Promise<void> => {
    for (let machine = rest.shift(); machine; machine = rest.shift()) {
      try {
        const loaded = await loadMachine(runtime, { id: machine.id, teamId: actor.teamId });
        if (loaded.driver.provisioning === 'none') continue;
        asked += 1;
        const endpoint = { ...(await engineEndpointFor(runtime, loaded)), timeoutMs: askMs };
        found.push({ machine, standing: await swarmStanding(endpoint, deadline) });
      } catch (error) {
        // Allowed to fail: what an engine that does not answer is in stays as it was known.
        if (!(error instanceof AppError) && error !== deadline.reason) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, ask));
  // Managers first: workers are known by them.
  const ordered = found.toSorted((a, b) => Number(b.standing.isManager) - Number(a.standing.isManager));
  for (const { machine, standing } of ordered) await noteStanding(runtime, { machine, standing });
  return { asked, silent: asked - found.length };
}
