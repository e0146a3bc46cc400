'use client';

import { Autocomplete, Textarea, TextInput } from '@mantine/core';

import { SecretInput } from '@/app/_ui/secret-input';

import { useOptionStore } from '../option-form-context';
import { type FieldProps, useInputProps } from './field-props';

const plain = { autoComplete: 'off', autoCapitalize: 'off', spellCheck: false } as const;

const useText = ({ path }: FieldProps) => {
  const store = useOptionStore();
  const value = store.valueAt(path);
  return { value: typeof value === 'string' ? value : '', set: (text: string) => store.setValue(path, text) };
};

/** One line of text; with suggestions where the schema names some. */
export function TextField(props: FieldProps) {
  const { value, set } = useText(props);
  const input = useInputProps(props);
  const { suggestions, maxLength } = props.schema;
  const shared = { ...input, ...plain, value, classNames: { input: 'qm-mono' }, ...(maxLength && { maxLength }) };
  if (suggestions) return <Autocomplete {...shared} data={[...suggestions]} onChange={set} />;
  return <TextInput {...shared} onChange={(event) => set(event.currentTarget.value)} />;
}

export function SecretField(props: FieldProps) {
  const { value, set } = useText(props);
  return <SecretInput {...useInputProps(props)} value={value} onChange={(event) => set(event.currentTarget.value)} />;
}

/** Several lines: a key, a certificate, JSON. */
export function MultilineField(props: FieldProps) {
  const { value, set } = useText(props);
  const isJson = props.schema.language === 'json';
  return (
    <Textarea
      {...useInputProps(props)}
      {...plain}
      {...(isJson && { placeholder: '{ }' })}
      autosize
      minRows={3}
      maxRows={16}
      value={value}
      onChange={(event) => set(event.currentTarget.value)}
      classNames={{ input: 'qm-mono' }}
    />
  );
}
