import { initialValues, type OptionValues, restoreValues, toInput, withoutSecrets } from '@/app/_forms/option-values';
import { expandNames, isNamePattern, linesOf } from '@/lib/name-pattern';
import type { SwarmChoice } from '@/lib/swarm';
import type { RouterOutputs } from '@/trpc/client';

import type { SwarmWish } from '../../../swarms/_components/swarm-choice-field';
import type { Enforcement } from '../../_components/enforcement';

export type DriverCard = RouterOutputs['drivers']['list'][number];
export type DriverDescription = RouterOutputs['drivers']['describe'];
export type AccessChoice = RouterOutputs['machines']['accessChoices'][number];

/** What the page holds while somebody fills it in. */
export interface NewMachineValues {
  readonly name: string;
  readonly options: OptionValues;
  /** Where the name stands for several machines: a line for each, of the options that differ. */
  readonly perMachine: Readonly<Record<string, string>>;
  readonly engine: OptionValues;
  /** Memberships that may use the engine. */
  readonly access: readonly string[];
  /** What decides on the engine's port who gets in. */
  readonly enforcement: Enforcement;
  /** The swarm that it comes into. */
  readonly swarm: SwarmWish;
}

/** The options of which each machine has its own, where several are made at once. Pure. */
export const perMachineFields = ({ options }: DriverDescription): readonly string[] =>
  Object.entries(options.properties ?? {}).flatMap(([name, field]) => (field.perMachine ? [name] : []));

/** The names that stand in the form: none while they are no pattern and no list, or not right yet. Pure. */
export const manyNames = (name: string): readonly string[] | null =>
  isNamePattern(name) ? (expandNames(name).names ?? []) : null;

/** What the server is asked to make several machines of. Pure. */
export const manyOf = (driver: DriverDescription, values: NewMachineValues) => {
  const fields = perMachineFields(driver);
  const { options, ...settings } = settingsOf(driver, values);
  return {
    ...settings,
    options: Object.fromEntries(Object.entries(options).filter(([name]) => !fields.includes(name))),
    perMachine: Object.fromEntries(fields.map((field) => [field, [...linesOf(values.perMachine[field] ?? '')]])),
  };
};

const engineInput = ({ engine }: DriverDescription, values: OptionValues) => (engine ? toInput(engine, values) : {});

const defaultAccess = (choices: readonly AccessChoice[]): readonly string[] =>
  choices.filter((choice) => choice.isDefault).map((choice) => choice.membershipId);

/** An untouched page for a driver. Pure. */
export const untouched = (driver: DriverDescription, choices: readonly AccessChoice[]): NewMachineValues => ({
  name: '',
  options: initialValues(driver.options),
  perMachine: {},
  engine: driver.engine ? initialValues(driver.engine) : {},
  access: defaultAccess(choices),
  enforcement: 'gate',
  swarm: { kind: 'none' },
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
    perMachine: {},
    engine: driver.engine ? restoreValues(driver.engine, kept.engine) : {},
    access: Array.isArray(kept.access)
      ? kept.access.filter((id): id is string => typeof id === 'string' && known.has(id))
      : defaultAccess(choices),
    enforcement: kept.enforcement === 'engine' ? 'engine' : 'gate',
    // A swarm of a draft may be gone.
    swarm: { kind: 'none' },
  };
}

/** The swarm that is wished for, where machines of the driver can come into one. */
export const swarmOf = (
  { provisioning }: Pick<DriverDescription, 'provisioning'>,
  { swarm }: Pick<NewMachineValues, 'swarm'>,
): SwarmChoice | undefined => (provisioning === 'ssh' && swarm.kind !== 'none' ? swarm : undefined);

/** What will decide on the engine's port: what was chosen, or the engine where no gate can run. */
export const enforcementOf = (
  { noGate }: Pick<DriverDescription, 'noGate'>,
  { enforcement }: Pick<NewMachineValues, 'enforcement'>,
): Enforcement => (noGate === null ? enforcement : 'engine');
