'use client';

import { Anchor, Group, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { CallError } from '@/app/_account/call-error';
import { formatBytes } from '@/lib/format/bytes';
import { imageFits, type LibraryImage } from '@/lib/image';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';

import { useOptionStore } from '../option-form-context';
import { type FieldProps, useInputProps } from './field-props';

const stillArrivingMs = 2000;

/** One of the images of the team's library that the option accepts; those that are not complete cannot be chosen. */
export function ImageField(props: FieldProps) {
  const { path, schema, isRequired } = props;
  const t = useTranslations('images');
  const trpc = useTRPC();
  const store = useOptionStore();
  const images = useQuery(
    trpc.images.list.queryOptions(
      { team: store.team },
      {
        refetchInterval: ({ state }) =>
          state.data?.some((image) => image.state === 'fetching' || image.state === 'waiting')
            ? stillArrivingMs
            : false,
      },
    ),
  );
  const { placeholder: _placeholder, ...input } = useInputProps(props);
  const fitting = images.data?.filter((image) => imageFits(image, schema.accepts));
  const value = store.valueAt(path);
  const say = () => {
    if (images.isPending) return t('field.loading');
    return fitting?.length ? t('field.choose') : t('field.noneFits');
  };
  return (
    <Stack gap={4}>
      <Select
        {...input}
        searchable={(fitting?.length ?? 0) > 6}
        clearable={!isRequired}
        placeholder={say()}
        data={(fitting ?? []).map(({ id, name, state }) => ({ value: id, label: name, disabled: state !== 'ready' }))}
        value={fitting?.some(({ id }) => id === value) ? (value as string) : null}
        onChange={(id) => store.setValue(path, id)}
        renderOption={({ option }) => {
          const image = fitting?.find(({ id }) => id === option.value);
          return image && <ImageOption image={image} />;
        }}
      />
      <Text size="xs" c="dimmed">
        <Anchor component={Link} href={paths.images(store.team)} size="xs">
          {t('field.library')}
        </Anchor>
      </Text>
      <CallError error={images.error} />
    </Stack>
  );
}

function ImageOption({ image }: { readonly image: LibraryImage }) {
  const t = useTranslations('images');
  const { name, system, format, architecture, sizeBytes, state } = image;
  return (
    <div>
      <Text size="sm">{name}</Text>
      <Group gap="xs">
        <Text size="xs" c="dimmed">
          {[t(`systems.${system}`), format, architecture, sizeBytes !== null && formatBytes(sizeBytes)]
            .filter(Boolean)
            .join(' · ')}
        </Text>
        {state !== 'ready' && <Text size="xs">{t(`states.${state}`)}</Text>}
      </Group>
    </div>
  );
}
