'use client';

import { MachineStateBadge } from '../../_components/machine-state-badge';
import { type Machine, useMachine } from './use-machine';

/** The machine's state beside its name. */
export function LiveMachineBadge({ team, initial }: { readonly team: string; readonly initial: Machine }) {
  const machine = useMachine(team, initial);
  return <MachineStateBadge state={machine.state} problem={machine.problem} variant="soft" />;
}
