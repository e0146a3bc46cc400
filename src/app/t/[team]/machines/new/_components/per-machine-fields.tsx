'use client';

import { Stack, Textarea } from '@mantine/core';
import { useTranslations } from 'next-intl';

import { linesOf } from '@/lib/name-pattern';

import { type DriverDescription, perMachineFields } from './new-machine-values';

export interface PerMachineFieldsProps {
  readonly driver: DriverDescription;
  readonly names: readonly string[];
  /** The lines of each field as one text. */
  readonly values: Readonly<Record<string, string>>;
  readonly onChange: (values: Readonly<Record<string, string>>) => void;
  readonly errorAt: (path: string) => string | undefined;
  readonly isDisabled: boolean;
}

/** What differs from machine to machine: one line for each, in the order of the names. */
export function PerMachineFields({ driver, names, values, onChange, errorAt, isDisabled }: PerMachineFieldsProps) {
  const t = useTranslations('newMachine.many');
  return (
    <Stack gap="md" mb="md">
      {perMachineFields(driver).map((field) => {
        const text = values[field] ?? '';
        const error = errorAt(`perMachine.${field}`);
        return (
          <Textarea
            key={field}
            data-path={`perMachine.${field}`}
            label={t('field', { title: driver.options.properties?.[field]?.title ?? field })}
            description={t('lines', { count: linesOf(text).length, wanted: names.length })}
            placeholder={names.slice(0, 3).join('\n')}
            required
            autosize
            minRows={Math.min(names.length, 4)}
            maxRows={16}
            value={text}
            onChange={(event) => onChange({ ...values, [field]: event.currentTarget.value })}
            disabled={isDisabled}
            spellCheck={false}
            classNames={{ input: 'qm-mono' }}
            {...(error !== undefined && { error })}
          />
        );
      })}
    </Stack>
  );
}
