import 'server-only';
import { deadlineSignal } from '@/server/clock/deadline';
import { AppError } from '@/server/errors/app-error';
import { silentLog } from '@/server/operations/ledger/driver-context-for';
import type { TeamContext } from '@/server/operations/team-context';
import { detectSystem } from '@/server/provision/detect-os';
import { engineSettings } from '@/server/provision/engine-settings';
import type { OfferedEngine } from '@/server/provision/package-manager';

import { actedMachineSelect } from './act-on-machine';
import { loadMachine } from './load-machine';
import { whyNotAct } from './machine-actions';
import { openHost } from './open-host';

const timeoutMs = 120_000;

/**
 * Asks a machine's host which versions of its engine it could get; `isFresh` reads its package lists anew before. Throws
 * machine.not-found, machine.wrong-state, driver.unsupported, provision.engine-missing, and what signing in throws.
 */
export async function listEngineVersions(
  ctx: TeamContext,
  input: { machine: string; isFresh: boolean; signal?: AbortSignal | undefined },
): Promise<OfferedEngine> {
  const { runtime, actor } = ctx;
  const row = await ctx.db.machine.findFirst({ where: { name: input.machine }, select: actedMachineSelect });
  if (!row) {
    throw new AppError({ code: 'machine.not-found', public: `There is no machine "${input.machine}" in this team.` });
  }
  const refusal = whyNotAct(row, 'upgrade');
  if (refusal) throw refusal;
  const deadline = deadlineSignal(timeoutMs);
  const signal = input.signal ? AbortSignal.any([input.signal, deadline]) : deadline;
  const machine = await loadMachine(runtime, { id: row.id, teamId: actor.teamId });
  const host = await openHost(runtime, machine, signal);
  try {
    const provision = { host, log: silentLog, signal, clock: runtime.clock };
    const { packages } = (await detectSystem(provision)).provisioner;
    const { environment } = engineSettings.parse(machine.row.engineSettings);
    return await packages.offeredEngine(provision, { environment, isFresh: input.isFresh });
  } finally {
    await host.close();
  }
}
