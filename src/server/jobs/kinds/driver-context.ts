import type { DriverContext } from '@/server/drivers/driver';
import { driverContextFor } from '@/server/operations/ledger/driver-context-for';
import type { LoadedMachine } from '@/server/operations/machines/load-machine';

import { hostOf, type MachineStepContext } from './machine-steps';

/** What a driver's verb gets, from the step that calls it. */
export const driverContextOf = (ctx: MachineStepContext, machine: LoadedMachine): DriverContext => ({
  ...driverContextFor(ctx.runtime, machine.row, ctx),
  host: () => hostOf(ctx, machine),
});
