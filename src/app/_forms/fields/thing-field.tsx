'use client';

import { Box, Group, Input, Select, Stack, Text } from '@mantine/core';
import { type ReactNode, useId } from 'react';

import { CallError } from '@/app/_account/call-error';

import { useOptionStore } from '../option-form-context';
import { type FieldProps, useInputProps } from './field-props';

/** Above this, the list can be searched. */
const fewThings = 6;

export interface Thing {
  readonly id: string;
  readonly name: string;
  /** What tells it from the others: stands under its name in the list. */
  readonly about: ReactNode;
  readonly isDisabled?: boolean;
}

export interface ThingFieldProps extends FieldProps {
  /** Undefined while they are asked for. */
  readonly things: readonly Thing[] | undefined;
  readonly texts: { readonly loading: string; readonly choose: string; readonly noneYet: string };
  readonly isClearable?: boolean;
  /** What could not be asked. */
  readonly failure?: unknown;
  /** Beside the list: the way to a new one. */
  readonly action?: ReactNode;
  /** Under the list: about the one that is chosen. */
  readonly children?: ReactNode;
}

/** One of the things that the team has, chosen by name. */
export function ThingField(props: ThingFieldProps) {
  const { path, schema, isRequired, things, texts, isClearable = false, failure, action, children } = props;
  const store = useOptionStore();
  const { placeholder: _placeholder, ...input } = useInputProps({ path, schema, isRequired });
  const { label, description, error, required, inputWrapperOrder, ...control } = input;
  const id = useId();
  const value = store.valueAt(path);
  const say = () => {
    if (things === undefined && !failure) return texts.loading;
    return things?.length === 0 ? texts.noneYet : texts.choose;
  };
  return (
    <Input.Wrapper
      id={id}
      label={label}
      required={required}
      inputWrapperOrder={inputWrapperOrder}
      {...(description !== undefined && { description })}
      {...(error !== undefined && { error })}
    >
      <Stack gap="xs" mb={error === undefined ? 0 : 5}>
        <Group gap="xs" align="flex-start" wrap="nowrap">
          <Select
            {...control}
            id={id}
            error={error !== undefined}
            flex={1}
            miw={0}
            clearable={isClearable}
            searchable={(things?.length ?? 0) > fewThings}
            placeholder={say()}
            data={(things ?? []).map((thing) => ({
              value: thing.id,
              label: thing.name,
              disabled: thing.isDisabled ?? false,
            }))}
            value={things?.find((thing) => thing.id === value)?.id ?? null}
            onChange={(chosen) => store.setValue(path, chosen)}
            renderOption={({ option }) => (
              <div>
                <Text size="sm">{option.label}</Text>
                <Box fz="xs" c="dimmed">
                  {things?.find((thing) => thing.id === option.value)?.about}
                </Box>
              </div>
            )}
          />
          {action}
        </Group>
        <CallError error={failure} />
        {children}
      </Stack>
    </Input.Wrapper>
  );
}
