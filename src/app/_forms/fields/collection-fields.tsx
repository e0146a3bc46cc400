'use client';

import { KeyValueInput } from '@/app/_ui/key-value-input';
import type { KeyValuePair } from '@/app/_ui/key-value-pairs';
import { ValuesInput } from '@/app/_ui/values-input';

import { useOptionStore } from '../option-form-context';
import { type FieldProps, useInputProps } from './field-props';

/** Several short texts. An error of one names it. */
export function ValuesField(props: FieldProps) {
  const { path } = props;
  const store = useOptionStore();
  const { error, ...input } = useInputProps(props);
  const given = store.valueAt(path);
  const values = Array.isArray(given) ? given.map(String) : [];
  const inside = Object.entries(store.errorsUnder(path)).map(
    ([index, message]) => `${values[Number(index)] ?? index}: ${message}`,
  );
  const shown = error ?? (inside.length > 0 ? inside.join(' ') : undefined);
  return (
    <ValuesInput
      {...input}
      {...(shown !== undefined && { error: shown })}
      value={values}
      onChange={(next) => store.setValue(path, next)}
    />
  );
}

const isPair = (value: unknown): value is KeyValuePair =>
  typeof value === 'object' && value !== null && 'name' in value && 'value' in value;

/** Names with values. An error stands under the row of its name. */
export function RecordField(props: FieldProps) {
  const { path } = props;
  const store = useOptionStore();
  const { label, description, error } = useInputProps(props);
  const given = store.valueAt(path);
  const pairs = Array.isArray(given) ? given.filter(isPair) : [];
  const inside = store.errorsUnder(path);
  const rowErrors = Object.fromEntries(
    pairs.flatMap(({ name }, index) => {
      const message = inside[name];
      return message === undefined ? [] : [[index, message] as const];
    }),
  );
  return (
    <KeyValueInput
      label={label}
      {...(description !== undefined && { description })}
      {...(error !== undefined && { error })}
      value={pairs}
      rowErrors={rowErrors}
      onChange={(next) => store.setValue(path, next)}
      isDisabled={store.isDisabled}
    />
  );
}
