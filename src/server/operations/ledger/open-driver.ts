import 'server-only';
import type { Driver } from '@/server/drivers/driver';
import { getDriver } from '@/server/drivers/registry';
import type { Runtime } from '@/server/runtime';

/** What is stored of the options and the state of a driver, for a machine or for a tombstone. */
export interface StoredDriver {
  readonly teamId: string;
  readonly driver: string;
  readonly options: unknown;
  readonly optionSecretId: string | null;
  readonly driverState: unknown;
}

export interface OpenedDriver {
  readonly driver: Driver;
  readonly options: Record<string, unknown>;
  readonly driverState: Record<string, unknown>;
}

/**
 * The driver with its options (secrets opened) and its state, both parsed again by its schemas. Never leaves the server.
 * Throws driver.unknown, secrets.unreadable.
 */
export async function openDriver(runtime: Runtime, stored: StoredDriver): Promise<OpenedDriver> {
  const { teamId, optionSecretId } = stored;
  const driver = getDriver(stored.driver);
  const secret = optionSecretId
    ? (JSON.parse(
        await runtime.secrets.open(runtime.database.prisma, { id: optionSecretId, teamId, purpose: 'driver-options' }),
      ) as Record<string, string>)
    : {};
  const options = driver.options.parse({ ...(stored.options as Record<string, unknown>), ...secret });
  return { driver, options, driverState: driver.state.parse(stored.driverState) };
}
