import 'server-only';
import { describeOptions } from '@/server/drivers/describe-options';
import { optionalVerbs } from '@/server/drivers/driver';
import { getAvailableDriver } from '@/server/drivers/registry';
import type { TeamContext } from '@/server/operations/team-context';
import { engineSettings } from '@/server/provision/engine-settings';

import { describeCard } from './driver-card';

/**
 * Everything that the page for new machines draws for one driver: its card, the schemas of its options and of the engine
 * settings as JSON Schema with field metadata, and the verbs that it lacks with the reason. Throws driver.unknown.
 */
export function describeDriver({ runtime }: TeamContext, { driver: id }: { driver: string }) {
  const registered = getAvailableDriver(id, runtime.env.development);
  const { driver } = registered;
  return {
    ...describeCard(registered),
    options: describeOptions(driver.options),
    engine: driver.provisioning === 'ssh' ? describeOptions(engineSettings) : null,
    hasPrecheck: driver.precheck !== undefined,
    unsupported: optionalVerbs.flatMap((verb) => {
      const reason = driver.unsupported[verb];
      return reason === undefined ? [] : [{ verb, reason }];
    }),
  };
}
