import 'server-only';
import { getDriver } from '@/server/drivers/registry';
import { AppError } from '@/server/errors/app-error';
import { type Comparison, compareWithProvider } from '@/server/operations/ledger/compare-with-provider';
import { getMachineByName } from '@/server/operations/machines/get-machine';
import type { TeamContext } from '@/server/operations/team-context';

const timeoutMs = 60_000;

/**
 * Compares the ledger of one machine, or of the whole team, with what the providers have. Throws machine.not-found,
 * driver.unsupported where the machine's driver makes nothing outside.
 */
export async function compareResources(
  { runtime, actor, db }: TeamContext,
  input: { machine?: string | undefined; signal?: AbortSignal | undefined },
): Promise<Comparison> {
  const machine = input.machine === undefined ? null : await getMachineByName(db, input.machine);
  const reason = machine && getDriver(machine.driver).unsupported.account;
  if (reason) throw new AppError({ code: 'driver.unsupported', public: reason });
  return compareWithProvider(runtime, {
    team: { id: actor.teamId, slug: actor.teamSlug },
    machineId: machine?.id ?? null,
    timeoutMs,
    signal: input.signal,
  });
}
