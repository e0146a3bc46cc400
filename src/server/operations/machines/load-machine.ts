import 'server-only';
import type { Prisma } from '@/server/db/generated/client';
import type { Driver, MachineTarget } from '@/server/drivers/driver';
import { AppError } from '@/server/errors/app-error';
import { openDriver } from '@/server/operations/ledger/open-driver';
import type { Runtime } from '@/server/runtime';

const machineSelect = {
  id: true,
  teamId: true,
  name: true,
  driver: true,
  options: true,
  optionSecretId: true,
  driverState: true,
  engineSettings: true,
  address: true,
  enginePort: true,
  extraSans: true,
  enforcement: true,
  state: true,
  team: { select: { slug: true, name: true, engineValidForDays: true, keyBits: true } },
  hostKeys: { select: { type: true, key: true } },
} satisfies Prisma.MachineSelect;

export type MachineRow = Prisma.MachineGetPayload<{ select: typeof machineSelect }>;

/** A machine with its driver, its options (secrets opened) and where it is. Never leaves the server. */
export interface LoadedMachine {
  readonly row: MachineRow;
  readonly driver: Driver;
  readonly options: Record<string, unknown>;
  readonly driverState: Record<string, unknown>;
  readonly target: MachineTarget;
}

/**
 * Loads a machine of a team for work on it: options and driver state parsed again by the driver's schemas, secret options
 * opened. Throws machine.not-found, secrets.unreadable.
 */
export async function loadMachine(runtime: Runtime, ref: { id: string; teamId: string }): Promise<LoadedMachine> {
  const { prisma } = runtime.database;
  const row = await prisma.machine.findFirst({ where: { id: ref.id, teamId: ref.teamId }, select: machineSelect });
  if (!row) throw new AppError({ code: 'machine.not-found', public: 'There is no such machine in this team.' });
  const { driver, options, driverState } = await openDriver(runtime, row);
  return { row, driver, options, driverState, target: driver.target(options, driverState) };
}
