import type { Prisma } from '@/server/db/generated/client';
import type { ChangeContext, CreateContext, DriverContext } from '@/server/drivers/driver';
import { placeImage } from '@/server/operations/images/place-image';
import { driverContextFor } from '@/server/operations/ledger/driver-context-for';
import type { LoadedMachine } from '@/server/operations/machines/load-machine';
import { ensureMachineKey } from '@/server/operations/ssh-keys/ensure-machine-key';

import { hostOf, type MachineStepContext } from './machine-steps';

/** What a driver's verb gets, from the step that calls it. */
export const driverContextOf = (ctx: MachineStepContext, machine: LoadedMachine): DriverContext => ({
  ...driverContextFor(ctx.runtime, machine.row, ctx),
  host: () => hostOf(ctx, machine),
});

/** For verbs that learn something about the machine: it is stored at once, and its address follows. */
export const changeContextOf = (
  ctx: MachineStepContext,
  machine: LoadedMachine,
): ChangeContext<Record<string, unknown>> => {
  const { driver, row, options } = machine;
  let state = machine.driverState;
  return {
    ...driverContextOf(ctx, machine),
    // Where the machine is may only have been learnt by this verb.
    host: () => hostOf(ctx, { ...machine, driverState: state, target: driver.target(options, state) }),
    checkpoint: async (patch) => {
      state = driver.state.parse({ ...state, ...patch });
      const { address, enginePort } = driver.target(options, state);
      await ctx.runtime.database.prisma.machine.updateMany({
        where: { id: row.id },
        data: { driverState: state as Prisma.InputJsonObject, address, enginePort },
      });
    },
  };
};

export const createContextOf = (
  ctx: MachineStepContext,
  machine: LoadedMachine,
): CreateContext<Record<string, unknown>> => ({
  ...changeContextOf(ctx, machine),
  sshKey: () => ensureMachineKey(ctx.runtime, machine.row),
  placeImage: (imageId, hypervisor) =>
    placeImage(ctx.runtime, { teamId: machine.row.teamId, imageId, hypervisor, log: ctx.log, signal: ctx.signal }),
});
