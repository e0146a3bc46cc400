import 'server-only';
import type { MachineState } from '@/lib/machine';
import type { Transaction } from '@/server/db/database';
import { AppError } from '@/server/errors/app-error';

export interface MachineIdentity {
  readonly id: string;
  readonly name: string;
  readonly state: MachineState;
  readonly ownerId: string | null;
  readonly driver: string;
}

/** A machine of the team by its name, through the team's door. Throws machine.not-found. */
export async function getMachineByName(tx: Transaction, name: string): Promise<MachineIdentity> {
  const machine = await tx.machine.findFirst({
    where: { name },
    select: { id: true, name: true, state: true, ownerId: true, driver: true },
  });
  if (machine) return machine;
  throw new AppError({ code: 'machine.not-found', public: `There is no machine "${name}" in this team.` });
}

/** Throws machine.wrong-state where `can` says no to the state. */
export function assertState(machine: MachineIdentity, can: (state: MachineState) => boolean, verb: string): void {
  if (can(machine.state)) return;
  throw new AppError({
    code: 'machine.wrong-state',
    public: `${machine.name} cannot be ${verb} while it is ${machine.state}.`,
  });
}
