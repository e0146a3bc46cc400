import { z } from 'zod';

import { waitFor } from '@/server/clock/wait-for';
import { AppError } from '@/server/errors/app-error';
import { sh } from '@/server/ssh/shell';

import { type Driver, defineDriver } from './driver';

/**
 * What a driver outside of the console is built with. It comes in as an argument, so that such a driver needs none of the
 * console's code and has the same zod and the same errors.
 */
export const driverKit = { z, AppError, defineDriver, waitFor, sh } as const;

export type DriverKit = typeof driverKit;

/** Grows when a driver that was written for the one before would not work any more. */
export const driverContract = 1;

/** What a module with a driver has as its default export. */
export interface DriverModule {
  /** Stands with each machine for good: lower case letters, digits and dashes. */
  readonly id: string;
  /** The `driverContract` that it was written for. */
  readonly contract: number;
  readonly make: (kit: DriverKit) => Driver;
}
