'use client';

import { NumberInput } from '@mantine/core';

import { useOptionStore } from '../option-form-context';
import { type FieldProps, useInputProps } from './field-props';

/** A number with its unit behind it. Bounds are the server's to judge, so that a wrong value is not changed silently. */
export function NumberField(props: FieldProps) {
  const { path, schema } = props;
  const store = useOptionStore();
  const value = store.valueAt(path);
  return (
    <NumberInput
      {...useInputProps(props)}
      value={typeof value === 'number' ? value : ''}
      onChange={(next) => store.setValue(path, typeof next === 'number' ? next : '')}
      allowDecimal={schema.type === 'number'}
      clampBehavior="none"
      hideControls
      inputMode={schema.type === 'number' ? 'decimal' : 'numeric'}
      {...(schema.unit && { suffix: ` ${schema.unit}` })}
    />
  );
}
