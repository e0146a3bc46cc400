import 'server-only';
import { type MachineHealth, machineCan } from '@/lib/machine';
import { deadlineSignal } from '@/server/clock/deadline';
import type { TeamContext } from '@/server/operations/team-context';

import { assertState, getMachineByName } from './get-machine';
import { lookAtMachine } from './look-at-machine';

const timeoutMs = 30_000;

/** Looks at a machine now. Throws machine.not-found, machine.wrong-state. */
export async function refreshMachine(
  ctx: TeamContext,
  input: { machine: string; signal?: AbortSignal | undefined },
): Promise<MachineHealth> {
  const machine = await getMachineByName(ctx.db, input.machine);
  assertState(machine, machineCan.refresh, 'looked at');
  const deadline = deadlineSignal(timeoutMs);
  const signal = input.signal ? AbortSignal.any([input.signal, deadline]) : deadline;
  return lookAtMachine(ctx.runtime, { id: machine.id, teamId: ctx.actor.teamId }, signal);
}
