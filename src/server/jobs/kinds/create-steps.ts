import { placeTimeoutMs } from '@/server/operations/images/place-image';
import { lookAtMachine } from '@/server/operations/machines/look-at-machine';

import { createContextOf, driverContextOf } from './driver-context';
import { machineOf, type MachineStep } from './machine-steps';

const minutes = 60_000;

const createMachine: MachineStep = {
  name: 'create-machine',
  // It may send an image before it makes anything. Each part has a bound of its own, which ends it with its own sentence.
  timeoutMs: placeTimeoutMs + 120 * minutes,
  run: async (ctx) => {
    const machine = await machineOf(ctx);
    const { driver, row } = machine;
    ctx.log.info(`Driver ${driver.label}.`);
    const context = createContextOf(ctx, machine);
    await driver.precheck?.(context, machine.options);
    await driver.create(context, machine.options, machine.driverState);
    const { target } = await machineOf(ctx);
    await ctx.runtime.database.prisma.machine.updateMany({
      where: { id: row.id },
      data: { address: target.address, enginePort: target.enginePort },
    });
    ctx.log.info(target.address ? `The machine is at ${target.address}.` : 'The machine has no address yet.');
  },
  // What the driver knew is forgotten last: until then a second try finds everything again.
  undo: async (ctx) => {
    const machine = await machineOf(ctx);
    const { driver, row, options } = machine;
    await driver.remove(driverContextOf(ctx, machine), options, machine.driverState);
    const { address } = driver.target(options, driver.state.parse({}));
    await ctx.runtime.database.prisma.machine.updateMany({ where: { id: row.id }, data: { driverState: {}, address } });
  },
};

const finish: MachineStep = {
  name: 'finish',
  timeoutMs: 2 * minutes,
  run: async (ctx) => {
    const machine = await machineOf(ctx);
    const { prisma } = ctx.runtime.database;
    const now = ctx.clock.now();
    await prisma.machine.updateMany({
      where: { id: machine.row.id },
      data: { state: 'running', changedAt: now, lastSeenAt: now },
    });
    if (machine.driver.provisioning === 'ssh') {
      await lookAtMachine(ctx.runtime, { id: machine.row.id, teamId: machine.row.teamId }, ctx.signal);
    }
    ctx.log.info(`${machine.row.name} is ready.`);
  },
};

/** The first and the last step of every creation. */
export const createSteps = { createMachine, finish };
