'use client';

import type { OptionSchema } from '@/lib/option-schema';

import { useOptionStore } from '../option-form-context';
import { useFieldText } from '../use-field-text';

/** What each field of an option form gets. */
export interface FieldProps {
  readonly path: string;
  readonly schema: OptionSchema;
  readonly isRequired: boolean;
}

const belowInput: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'error', 'description'];

const defaultHint = (schema: OptionSchema): string | undefined =>
  typeof schema.default === 'string' || typeof schema.default === 'number' ? String(schema.default) : undefined;

/** What every Mantine input of a field has in common. */
export function useInputProps({ path, schema, isRequired }: FieldProps) {
  const store = useOptionStore();
  const text = useFieldText();
  const description = text.description(path, schema);
  const error = store.errorAt(path);
  const placeholder = schema.placeholder ?? defaultHint(schema);
  return {
    label: text.title(path, schema),
    required: isRequired,
    disabled: store.isDisabled,
    // Lets tests and the page find the field by its path.
    'data-path': path,
    // Below the input, so that inputs beside each other stand on one line whatever is said about them.
    inputWrapperOrder: belowInput,
    ...(description !== undefined && { description }),
    ...(error !== undefined && { error }),
    ...(placeholder !== undefined && { placeholder }),
  };
}
