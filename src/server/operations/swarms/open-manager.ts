import 'server-only';
import { AppError } from '@/server/errors/app-error';
import { engineEndpointFor } from '@/server/operations/machines/engine-endpoint';
import { loadMachine } from '@/server/operations/machines/load-machine';
import type { EngineEndpoint } from '@/server/provision/engine-client';
import { type SwarmStanding, swarmStanding } from '@/server/provision/swarm/swarm-client';
import type { Runtime } from '@/server/runtime';

export interface OpenedManager {
  readonly machineId: string;
  readonly endpoint: EngineEndpoint;
  readonly standing: SwarmStanding;
}

/** How many engines are asked side by side, and what each may take. */
const atOnce = 8;
const askMs = 8000;

/**
 * A machine of the swarm whose engine is a manager and answers, the first that does; `but` is passed over. Throws swarm.not-found, and
 * swarm.refused where no manager answers.
 */
export async function openManager(
  runtime: Runtime,
  { swarmId, teamId, but }: { readonly swarmId: string; readonly teamId: string; readonly but?: string },
  signal: AbortSignal,
): Promise<OpenedManager> {
  const machines = await runtime.database.prisma.machine.findMany({
    where: { teamId, swarmId, ...(but !== undefined && { id: { not: but } }) },
    orderBy: [{ swarmRole: 'asc' }, { state: 'asc' }, { name: 'asc' }],
    select: { id: true, name: true },
  });
  if (machines.length === 0 && but === undefined) {
    throw new AppError({ code: 'swarm.not-found', public: 'No machine of this team is in that swarm any more.' });
  }
  let found: OpenedManager | undefined;
  let last: AppError | undefined;
  const enough = new AbortController();
  const limits = AbortSignal.any([signal, enough.signal]);
  const rest = [...machines];
  const ask = async (): Promise<void> => {
    for (let machine = rest.shift(); machine && !found; machine = rest.shift()) {
      try {
        const endpoint = await engineEndpointFor(runtime, await loadMachine(runtime, { id: machine.id, teamId }));
        const standing = await swarmStanding({ ...endpoint, timeoutMs: askMs }, limits);
        if (!standing.isManager || found) continue;
        found = { machineId: machine.id, endpoint, standing };
        enough.abort();
      } catch (error) {
        // Allowed to fail: another manager may answer, or has.
        if (enough.signal.aborted) return;
        if (!(error instanceof AppError)) throw error;
        last = error;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, ask));
  if (found) return found;
  throw new AppError({
    code: 'swarm.refused',
    public: `No manager of the swarm answers. ${last?.public ?? 'None of its managers is a machine of this team.'}`,
    cause: last,
  });
}
