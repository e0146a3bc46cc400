import { AppError } from '@/server/errors/app-error';

import { amazonec2 } from './amazonec2';
import type { Driver } from './driver';
import { type LoadedModule, makeDriver } from './external';
import { fake } from './fake';
import { generic } from './generic';
import { kvm } from './kvm';
import { virtualbox } from './virtualbox';

/** Every driver, one line each. */
const drivers = {
  generic: generic(),
  virtualbox: virtualbox(),
  amazonec2: amazonec2(),
  kvm: kvm(),
  fake: fake(),
} as const satisfies Record<string, Driver>;

export interface RegisteredDriver {
  /** Stands with each machine for good. */
  readonly id: string;
  readonly driver: Driver;
}

/** Those that come with the console. */
export const allDrivers: readonly RegisteredDriver[] = Object.entries(drivers).map(([id, driver]) => ({ id, driver }));

// Next bundles the start hook and each route on their own: they share what was loaded, and each makes its drivers of it with
// its own zod and its own errors.
const holder = globalThis as { quaymasterDrivers?: readonly LoadedModule[] };
const made = new WeakMap<LoadedModule, RegisteredDriver>();

export const setExternalDrivers = (modules: readonly LoadedModule[]): void => {
  holder.quaymasterDrivers = modules;
};

const external = (): readonly RegisteredDriver[] =>
  (holder.quaymasterDrivers ?? []).map((loaded) => {
    const { spec, module } = loaded;
    const known = made.get(loaded) ?? { id: module.id, driver: makeDriver(spec, module) };
    made.set(loaded, known);
    return known;
  });

/** Those that come with the console, and those that the settings name. */
export const listDrivers = (): readonly RegisteredDriver[] => [...allDrivers, ...external()];

/** The drivers that can be chosen; those for development only where `development` says so. */
export const availableDrivers = (development: boolean): readonly RegisteredDriver[] =>
  listDrivers().filter(({ driver }) => driver.availability === 'production' || development);

const unknown = (id: string) =>
  new AppError({
    code: 'driver.unknown',
    public: `There is no driver "${id.slice(0, 40)}" in this console. Choose one of those on offer.`,
  });

/** A driver by its id; null where it is not there any more, since the settings do not name it. */
export const findDriver = (id: string): Driver | null => listDrivers().find((entry) => entry.id === id)?.driver ?? null;

/** What the driver calls itself; its id where it is not there any more. */
export const labelOfDriver = (id: string): string => findDriver(id)?.label ?? id;

/** Of machines whose driver is not there. */
export const missingDriver = (id: string): AppError =>
  new AppError({
    code: 'driver.unknown',
    public: `The driver "${id.slice(0, 40)}" is not there. Let the operator name it in QUAYMASTER_DRIVERS again, or forget its machines.`,
  });

/** A driver by its id, whether it is on offer or not: machines that exist keep theirs. Throws driver.unknown. */
export function getDriver(id: string): Driver {
  const found = findDriver(id);
  if (!found) throw missingDriver(id);
  return found;
}

/** A driver that new machines can be made with. Throws driver.unknown. */
export function getAvailableDriver(id: string, development: boolean): RegisteredDriver {
  const found = availableDrivers(development).find((entry) => entry.id === id);
  if (!found) throw unknown(id);
  return found;
}
