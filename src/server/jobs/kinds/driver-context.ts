import type { DriverContext } from '@/server/drivers/driver';
import { machineLedger } from '@/server/operations/ledger/machine-ledger';
import type { LoadedMachine } from '@/server/operations/machines/load-machine';

import { hostOf, type MachineStepContext } from './machine-steps';

/** What a driver's verb gets, from the step that calls it. */
export function driverContextOf(ctx: MachineStepContext, machine: LoadedMachine): DriverContext {
  const { row } = machine;
  return {
    machine: { id: row.id, name: row.name, teamSlug: row.team.slug },
    log: ctx.log,
    signal: ctx.signal,
    clock: ctx.clock,
    ledger: machineLedger(ctx.runtime, {
      teamId: row.teamId,
      machineId: row.id,
      machineName: row.name,
      driver: row.driver,
    }),
    host: () => hostOf(ctx, machine),
  };
}
