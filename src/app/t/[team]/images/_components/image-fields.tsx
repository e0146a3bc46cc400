'use client';

import { Group, Select, TextInput } from '@mantine/core';
import type { GetInputPropsReturnType } from '@mantine/form';
import { useTranslations } from 'next-intl';

import { imageArchitectures, imageFormats, type ImageKind, imageSystems } from '@/lib/image';

/** What every way to a new image asks for. */
export interface ImageValues extends ImageKind {
  readonly name: string;
  readonly sha256: string;
}

export const noImage: ImageValues = {
  name: '',
  sha256: '',
  system: 'other',
  format: 'qcow2',
  architecture: 'amd64',
};

interface ImageFieldsProps {
  /** From the form around them, which may have more fields. */
  readonly inputProps: (field: keyof ImageValues) => GetInputPropsReturnType;
}

/** Name, system, format, architecture and checksum. */
export function ImageFields({ inputProps }: ImageFieldsProps) {
  const t = useTranslations('images');
  return (
    <>
      <TextInput label={t('form.name')} required autoComplete="off" {...inputProps('name')} />
      <Group grow gap="sm" align="flex-start">
        <Select
          label={t('form.system')}
          allowDeselect={false}
          data={imageSystems.map((value) => ({ value, label: t(`systems.${value}`) }))}
          {...inputProps('system')}
        />
        <Select label={t('form.format')} allowDeselect={false} data={[...imageFormats]} {...inputProps('format')} />
        <Select
          label={t('form.architecture')}
          allowDeselect={false}
          data={[...imageArchitectures]}
          {...inputProps('architecture')}
        />
      </Group>
      <TextInput
        label={t('form.sha256')}
        description={t('form.sha256Hint')}
        autoComplete="off"
        spellCheck={false}
        classNames={{ input: 'qm-mono' }}
        {...inputProps('sha256')}
      />
    </>
  );
}
