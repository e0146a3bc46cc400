import { AppError } from '@/server/errors/app-error';

import type { Driver } from './driver';
import { fake } from './fake';
import { generic } from './generic';
import { kvm } from './kvm';

/** Every driver, one line each. */
const drivers = {
  generic: generic(),
  fake: fake(),
  kvm: kvm(),
} as const satisfies Record<string, Driver>;

export type DriverId = keyof typeof drivers;

export interface RegisteredDriver {
  readonly id: DriverId;
  readonly driver: Driver;
}

export const allDrivers: readonly RegisteredDriver[] = (Object.keys(drivers) as DriverId[]).map((id) => ({
  id,
  driver: drivers[id],
}));

/** The drivers that can be chosen; those for development only where `development` says so. */
export const availableDrivers = (development: boolean): readonly RegisteredDriver[] =>
  allDrivers.filter(({ driver }) => driver.availability === 'production' || development);

const unknown = (id: string) =>
  new AppError({
    code: 'driver.unknown',
    public: `There is no driver "${id.slice(0, 40)}" in this console. Choose one of those on offer.`,
  });

/** A driver by its id, whether it is on offer or not: machines that exist keep theirs. Throws driver.unknown. */
export function getDriver(id: string): Driver {
  const found = allDrivers.find((entry) => entry.id === id);
  if (!found) throw unknown(id);
  return found.driver;
}

/** A driver that new machines can be made with. Throws driver.unknown. */
export function getAvailableDriver(id: string, development: boolean): RegisteredDriver {
  const found = availableDrivers(development).find((entry) => entry.id === id);
  if (!found) throw unknown(id);
  return found;
}
