'use client';

import { Select, Stack, Text } from '@mantine/core';
import { type ComponentType, useRef } from 'react';

import { variantKind } from '@/lib/option-schema';

import { useOptionStore } from '../option-form-context';
import { findVariant, initialVariant, type OptionValues } from '../option-values';
import { useFieldText } from '../use-field-text';
import { type FieldProps, useInputProps } from './field-props';

import classes from '../option-form.module.css';

interface UnionFieldProps extends FieldProps {
  /** Draws the fields of the chosen variant; handed in, because it draws unions in turn. */
  readonly Fields: ComponentType<{ path: string; schema: FieldProps['schema']; without: readonly string[] }>;
}

/** One of several kinds, each with fields of its own. What was entered for a kind is kept while another is looked at. */
export function UnionField({ Fields, ...props }: UnionFieldProps) {
  const { path, schema } = props;
  const store = useOptionStore();
  const text = useFieldText();
  const input = useInputProps(props);
  const remembered = useRef(new Map<string, OptionValues>());

  const value = (store.valueAt(path) ?? {}) as OptionValues;
  const kinds = (schema.oneOf ?? []).map((variant) => {
    const kind = variantKind(variant) ?? '';
    return { kind, ...text.variant(path, variant, kind) };
  });
  const variant = findVariant(schema, value['kind']);
  const current = kinds.find(({ kind }) => kind === value['kind']);

  const choose = (kind: string | null) => {
    const next = findVariant(schema, kind);
    if (!next || kind === null || kind === value['kind']) return;
    remembered.current.set(String(value['kind']), value);
    store.setValue(path, remembered.current.get(kind) ?? initialVariant(next));
  };

  return (
    <Stack gap="sm">
      <Select
        {...input}
        data={kinds.map(({ kind, title }) => ({ value: kind, label: title }))}
        value={current?.kind ?? null}
        onChange={choose}
        {...(current?.description && { description: current.description })}
        renderOption={({ option }) => {
          const { title, description } = kinds.find(({ kind }) => kind === option.value) ?? { title: option.label };
          return (
            <div>
              <Text size="sm">{title}</Text>
              {description && (
                <Text size="xs" c="dimmed">
                  {description}
                </Text>
              )}
            </div>
          );
        }}
      />
      {variant && Object.keys(variant.properties ?? {}).length > 1 && (
        <div className={classes['nested']}>
          <Fields path={path} schema={variant} without={['kind']} />
        </div>
      )}
    </Stack>
  );
}
