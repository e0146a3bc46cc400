'use client';

import type { UseFormReturnType } from '@mantine/form';
import { useMemo } from 'react';

import type { OptionStore } from './option-form-context';

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const valueIn = (values: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), values);

/** The server writes some messages as the end of a sentence that the field's name begins. */
const asSentence = (message: string) => message.charAt(0).toUpperCase() + message.slice(1);

/** Gives the fields of an option form their values and errors from a Mantine form, which may hold other things as well. */
export function useOptionStore<Values extends object>(
  form: UseFormReturnType<Values>,
  { team, isDisabled, driver, AddCredential }: Pick<OptionStore, 'team' | 'isDisabled' | 'driver' | 'AddCredential'>,
): OptionStore {
  return useMemo(() => {
    const errors = Object.entries(form.errors).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    );
    const under = (path: string) => errors.filter(([key]) => key.startsWith(`${path}.`));
    return {
      team,
      driver,
      AddCredential,
      isDisabled,
      valueAt: (path) => valueIn(form.values, path),
      setValue: (path, value) => {
        form.setFieldValue(path as never, value as never);
        for (const [key] of under(path)) form.clearFieldError(key);
      },
      errorAt: (path) => {
        const message = form.errors[path];
        return typeof message === 'string' ? asSentence(message) : undefined;
      },
      errorsUnder: (path) =>
        Object.fromEntries(under(path).map(([key, message]) => [key.slice(path.length + 1), asSentence(message)])),
    };
  }, [form, team, driver, AddCredential, isDisabled]);
}
