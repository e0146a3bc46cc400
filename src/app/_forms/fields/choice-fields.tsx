'use client';

import { Checkbox, Select } from '@mantine/core';

import { useOptionStore } from '../option-form-context';
import { useFieldText } from '../use-field-text';
import { type FieldProps, useInputProps } from './field-props';

/** One of a few values; may be emptied where the schema has no default. */
export function SelectField(props: FieldProps) {
  const { path, schema, isRequired } = props;
  const store = useOptionStore();
  const text = useFieldText();
  const value = store.valueAt(path);
  const isOptional = !isRequired && schema.default === undefined;
  return (
    <Select
      {...useInputProps(props)}
      data={(schema.enum ?? []).map(String).map((choice) => ({
        value: choice,
        label: text.choice(path, schema, choice),
      }))}
      value={typeof value === 'string' ? value : null}
      onChange={(next) => store.setValue(path, next)}
      clearable={isOptional}
      allowDeselect={isOptional}
    />
  );
}

export function CheckboxField(props: FieldProps) {
  const { path } = props;
  const store = useOptionStore();
  const { required: _required, inputWrapperOrder: _order, placeholder: _placeholder, ...input } = useInputProps(props);
  return (
    <Checkbox
      {...input}
      checked={store.valueAt(path) === true}
      onChange={(event) => store.setValue(path, event.currentTarget.checked)}
    />
  );
}
