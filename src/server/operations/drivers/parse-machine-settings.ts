import 'server-only';
import { z } from 'zod';

import type { Driver, MachineTarget } from '@/server/drivers/driver';
import { getAvailableDriver } from '@/server/drivers/registry';
import { AppError } from '@/server/errors/app-error';
import type { TeamContext } from '@/server/operations/team-context';
import { type EngineSettings, engineSettings } from '@/server/provision/engine-settings';

import { parseSettings } from './parse-settings';

/** What a member entered for a machine that is not there yet. */
export interface MachineSettingsInput {
  readonly driver: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly engine: Readonly<Record<string, unknown>>;
}

export interface MachineSettings {
  readonly id: string;
  readonly driver: Driver;
  readonly options: Record<string, unknown>;
  /** Null for a driver without provisioning. */
  readonly engine: EngineSettings | null;
  readonly target: MachineTarget;
}

const nothing = z.strictObject({}).transform(() => null);

/**
 * Checks options and engine settings by the schemas of the driver and of the provisioner. Throws driver.unknown, and
 * input.invalid with every problem at its field: "options.address", "engine.labels.0".
 */
export function parseMachineSettings({ runtime }: TeamContext, input: MachineSettingsInput): MachineSettings {
  const { id, driver } = getAvailableDriver(input.driver, runtime.env.development);
  const options = parseSettings(driver.options, input.options, 'options');
  const engineSchema: z.ZodType<EngineSettings | null> = driver.provisioning === 'ssh' ? engineSettings : nothing;
  const engine = parseSettings(engineSchema, input.engine, 'engine');
  if (options.value === undefined || engine.value === undefined) {
    throw new AppError({
      code: 'input.invalid',
      public: 'Some fields are not right. Each one says what it needs.',
      fieldErrors: { ...options.fieldErrors, ...engine.fieldErrors },
    });
  }
  return { id, driver, options: options.value, engine: engine.value, target: driver.target(options.value, {}) };
}
