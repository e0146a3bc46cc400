import 'server-only';
import type { Driver } from '@/server/drivers/driver';
import { AppError } from '@/server/errors/app-error';

/**
 * Throws input.invalid with a sentence at each option ("options.hasSwarmPorts") that keeps the machine from the other nodes of a
 * swarm. `madeAs`: the name of a machine that is there already, whose options stay as they are.
 */
export function assertReachesOthers({
  driver,
  options,
  madeAs,
}: {
  readonly driver: Driver;
  readonly options: Record<string, unknown>;
  readonly madeAs?: string;
}): void {
  const faults = Object.entries(driver.swarmFaults?.(options) ?? {});
  if (faults.length === 0) return;
  const sentences = faults.map(([, sentence]) => sentence).join(' ');
  throw new AppError({
    code: 'input.invalid',
    public:
      madeAs === undefined
        ? sentences
        : `${madeAs} was made with options that keep it from the other nodes. ${sentences} Make another machine with them for the swarm.`,
    fieldErrors: Object.fromEntries(faults.map(([name, sentence]) => [`options.${name}`, sentence])),
  });
}
