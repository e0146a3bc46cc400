import { parseFilter } from './filter-terms';
import type { MachineState } from './machine';

/** What a filter looks at. */
export interface FilteredMachine {
  readonly name: string;
  readonly driver: string;
  readonly state: MachineState;
  readonly address: string | null;
  readonly labels: Readonly<Record<string, string>>;
}

type Test = (machine: FilteredMachine, value: string) => boolean;

const has = (text: string | null, part: string) => text?.toLowerCase().includes(part.toLowerCase()) ?? false;

const tests: Readonly<Record<string, Test>> = {
  state: (machine, value) => machine.state === value.toLowerCase(),
  driver: (machine, value) => machine.driver === value.toLowerCase(),
  name: (machine, value) => has(machine.name, value),
  address: (machine, value) => has(machine.address, value),
  label: (machine, value) => {
    const [key = '', ...rest] = value.split('=');
    if (!(key in machine.labels)) return false;
    return rest.length === 0 || machine.labels[key] === rest.join('=');
  },
};

const anywhere: Test = (machine, value) =>
  has(machine.name, value) ||
  has(machine.address, value) ||
  Object.entries(machine.labels).some(([key, text]) => has(`${key}=${text}`, value));

/**
 * Whether a machine fits a filter such as `state=running label=env=prod web`. Terms of one key are alternatives, terms of
 * different keys must all fit, as in `docker-machine ls --filter`; bare words are looked for in name, address and labels.
 * A key that nobody knows fits nothing.
 */
export function machineFits(machine: FilteredMachine, filter: string): boolean {
  const terms = parseFilter(filter);
  const keys = new Set(terms.map((term) => term.key));
  for (const key of keys) {
    const ofKey = terms.filter((term) => term.key === key);
    if (key === null) {
      if (!ofKey.every((term) => anywhere(machine, term.value))) return false;
      continue;
    }
    const test = tests[key];
    if (!test || !ofKey.some((term) => test(machine, term.value))) return false;
  }
  return true;
}
