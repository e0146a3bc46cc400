import { initialValues, type OptionValues, restoreValues, toInput, withoutSecrets } from '@/app/_forms/option-values';
import type { RouterOutputs } from '@/trpc/client';

import type { Enforcement } from '../../_components/enforcement';

export type DriverCard = RouterOutputs['drivers']['list'][number];
export type DriverDescription = RouterOutputs['drivers']['describe'];
export type AccessChoice = RouterOutputs['machines']['accessChoices'][number];

/** What the page holds while somebody fills it in. */
export interface NewMachineValues {
  readonly name: string;
  readonly options: OptionValues;
  readonly engine: OptionValues;
  /** Memberships that may use the engine. */
  readonly access: readonly string[];
  /** What decides on the engine's port who gets in. */
  readonly enforcement: Enforcement;
}

const engineInput = ({ engine }: DriverDescription, values: OptionValues) => (engine ? toInput(engine, values) : {});

const defaultAccess = (choices: readonly AccessChoice[]): readonly string[] =>
  choices.filter((choice) => choice.isDefault).map((choice) => choice.membershipId);

/** An untouched page for a driver. Pure. */
export const untouched = (driver: DriverDescription, choices: readonly AccessChoice[]): NewMachineValues => ({
  name: '',
  options: initialValues(driver.options),
  engine: driver.engine ? initialValues(driver.engine) : {},
  access: defaultAccess(choices),
  enforcement: 'gate',
});

/** What the server is asked to check or create. Pure. */
export const settingsOf = (driver: DriverDescription, values: NewMachineValues) => ({
  driver: driver.id,
  options: toInput(driver.options, values.options),
  engine: engineInput(driver, values.engine),
});

/** What may be kept in the browser: everything but secrets. Pure. */
export const toDraft = (driver: DriverDescription, values: NewMachineValues): NewMachineValues => ({
  ...values,
  options: withoutSecrets(driver.options, values.options),
  engine: driver.engine ? withoutSecrets(driver.engine, values.engine) : {},
});

export interface DraftPlace {
  readonly driver: DriverDescription;
  readonly choices: readonly AccessChoice[];
}

/** Values from a draft, whatever it holds; people who left the team are left out. Pure. */
export function fromDraft({ driver, choices }: DraftPlace, draft: unknown): NewMachineValues {
  const kept = typeof draft === 'object' && draft !== null ? (draft as Partial<NewMachineValues>) : {};
  const known = new Set(choices.map((choice) => choice.membershipId));
  return {
    name: typeof kept.name === 'string' ? kept.name.slice(0, 100) : '',
    options: restoreValues(driver.options, kept.options),
    engine: driver.engine ? restoreValues(driver.engine, kept.engine) : {},
    access: Array.isArray(kept.access)
      ? kept.access.filter((id): id is string => typeof id === 'string' && known.has(id))
      : defaultAccess(choices),
    enforcement: kept.enforcement === 'engine' ? 'engine' : 'gate',
  };
}
