'use client';

import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';

import type { Choice } from '@/lib/choice';
import { useTRPC } from '@/trpc/client';

import { useOptionStore } from '../option-form-context';
import type { OptionValues } from '../option-values';
import type { FieldProps } from './field-props';

export interface LiveChoices {
  readonly choices: readonly Choice[];
  readonly isAsking: boolean;
  readonly error: unknown;
  readonly askAgain: () => void;
  /** Names of the options that have to be there before the provider can be asked. */
  readonly waitsFor: readonly string[];
}

/** While somebody types what the choices depend on, nobody is asked. */
const settleMs = 400;
const keptMs = 60_000;

const isThere = (value: unknown) => value !== undefined && value !== null && value !== '';

/** Asks the driver what a field can be now, again whenever something changes that this depends on. */
export function useLiveChoices({ path, schema }: FieldProps): LiveChoices {
  const trpc = useTRPC();
  const { team, driver, valueAt } = useOptionStore();
  const [root = '', ...rest] = path.split('.');
  const values = (valueAt(root) ?? {}) as OptionValues;
  const { needs = [], follows = [] } = schema.live ?? {};
  const present = [...needs, ...follows].filter((name) => isThere(values[name]));
  const now = JSON.stringify(Object.fromEntries(present.map((name) => [name, values[name]])));
  const [settled] = useDebouncedValue(now, settleMs);
  const waitsFor = needs.filter((name) => !present.includes(name));
  const query = useQuery(
    trpc.drivers.choices.queryOptions(
      {
        team,
        driver: driver ?? '',
        field: rest.join('.'),
        options: JSON.parse(settled) as Record<string, unknown>,
      },
      {
        enabled: driver !== undefined && schema.live !== undefined && waitsFor.length === 0 && settled === now,
        staleTime: keptMs,
        retry: false,
      },
    ),
  );
  return {
    choices: (waitsFor.length === 0 && query.data) || [],
    isAsking: query.isFetching || (settled !== now && waitsFor.length === 0),
    error: settled === now && waitsFor.length === 0 ? query.error : null,
    askAgain: () => void query.refetch(),
    waitsFor,
  };
}
