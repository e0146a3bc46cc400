import 'server-only';
import type { MachineHealth } from '@/lib/machine';
import { askProvider, isAskedAlways, probeMachine, withAnswer } from '@/server/monitor/probe-machine';
import { storeStatus } from '@/server/monitor/store-status';
import { openTeamTls } from '@/server/monitor/team-tls';
import type { Runtime } from '@/server/runtime';

import { loadMachine } from './load-machine';

const timeoutMs = 10_000;

/**
 * Looks at a machine from the console, now and once: network and SSH without signing in, TLS and engine with the console's
 * certificate, the provider where nobody else answers or where it may take the machine away. Stores health, state, problem and the engine's figures, and wakes
 * open pages when something has changed. A machine that is being created or removed keeps its state. Throws
 * machine.not-found.
 */
export async function lookAtMachine(
  runtime: Runtime,
  ref: { id: string; teamId: string },
  signal: AbortSignal,
): Promise<MachineHealth> {
  const machine = await loadMachine(runtime, ref);
  const context = await openTeamTls(runtime, ref.teamId);
  const { link, ...found } = await probeMachine(runtime, machine, { signal, timeoutMs, context, isQuick: false });
  link?.close();
  const isReached = found.health.provider.state === 'ok';
  const answer = isReached && !isAskedAlways(machine) ? null : await askProvider(runtime, machine, signal);
  const known = answer ? withAnswer(found, answer) : found;
  await storeStatus(runtime, ref, known);
  return known.health;
}
