import 'server-only';
import { metrics } from '@/server/metrics/metrics';
import { followAddress } from '@/server/operations/machines/follow-address';
import { type LoadedMachine, loadMachine } from '@/server/operations/machines/load-machine';
import type { Runtime } from '@/server/runtime';

import { Fleet, type LookOptions, type Sight } from './fleet';
import { askProvider, isAskedAlways, type Probed, probeMachine, withAnswer } from './probe-machine';
import { diagnose, type Status } from './status';
import { storeStatus, touchMachines, watchedStates } from './store-status';
import { TeamTls } from './team-tls';
import type { RosterRow } from './watched-machine';

/** The machines that this process looks after. Of several replicas each machine has one, but for moments of change. */
async function readRoster(runtime: Runtime): Promise<RosterRow[]> {
  const rows = await runtime.database.prisma.machine.findMany({
    where: { state: { in: [...watchedStates] } },
    select: { id: true, teamId: true, state: true, enforcement: true, pendingSince: true, leasePolicy: true },
  });
  return rows
    .filter(({ id }) => runtime.replicas.looksAfter(id))
    .map(({ enforcement, pendingSince, leasePolicy, ...row }) => ({
      ...row,
      isPending: enforcement === 'gate' && pendingSince !== null,
      hasLease: enforcement === 'gate' && leasePolicy === 'strict',
    }));
}

const count = (found: Probed): void => {
  metrics().probes.inc({ outcome: diagnose(found) ?? 'ok' });
};

/** Writes down what the provider says, and starts to follow a machine that it has moved. */
const askAndStore = async (
  runtime: Runtime,
  machine: LoadedMachine,
  { found, signal }: { readonly found: Omit<Probed, 'link'>; readonly signal: AbortSignal },
): Promise<Status | null | undefined> => {
  const answer = await askProvider(runtime, machine, signal);
  if (!answer) return undefined;
  if (answer.movedTo !== null) await followAddress(runtime, machine.row, answer.movedTo);
  return storeStatus(runtime, machine.row, withAnswer(found, answer));
};

// Another host may have the address by now: it is there, and is not the machine.
const mayHaveMoved = ({ health }: Omit<Probed, 'link'>): boolean =>
  health.provider.state !== 'ok' || health.tls.state === 'failed';

const look = async (
  { runtime, tls }: { readonly runtime: Runtime; readonly tls: TeamTls },
  row: RosterRow,
  { signal, isQuick, timeoutMs }: LookOptions,
): Promise<Sight> => {
  const machine = await loadMachine(runtime, row);
  const context = await tls.of(row.teamId);
  const { link, ...found } = await probeMachine(runtime, machine, { signal, timeoutMs, context, isQuick });
  count({ ...found, link });
  const store = async (): Promise<boolean> => {
    // Where it is reached the answer is awaited: what the provider has announced would go and come back with each look.
    if (!isQuick && found.health.provider.state === 'ok' && isAskedAlways(machine)) {
      const told = await askAndStore(runtime, machine, { found, signal });
      if (told !== undefined) return told !== null;
    }
    const status = await storeStatus(runtime, row, found);
    if (!mayHaveMoved(found)) return status !== null;
    // The pages know that it is gone; asking its provider may take longer.
    const told = await askAndStore(runtime, machine, { found, signal });
    return (told === undefined ? status : told) !== null;
  };
  return { isUp: found.health.engine.state === 'ok', link, store };
};

/** The fleet of this process, with the real network and the database. */
export function watchFleet(runtime: Runtime, signal: AbortSignal): Fleet {
  const tls = new TeamTls(runtime);
  return new Fleet(
    {
      clock: runtime.clock,
      log: runtime.log,
      dice: Math.random,
      readRoster: () => readRoster(runtime),
      look: (row, options) => look({ runtime, tls }, row, options),
      touch: (ids) => touchMachines(runtime, ids),
      forget: (machineId) => runtime.admissions.forget(machineId),
    },
    signal,
  );
}
