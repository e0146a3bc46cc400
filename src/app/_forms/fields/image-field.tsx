'use client';

import { Anchor, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { formatBytes } from '@/lib/format/bytes';
import { imageFits, type ImageKind, imagesRefetchMs, type LibraryImage } from '@/lib/image';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';

import { useOptionStore } from '../option-form-context';
import type { FieldProps } from './field-props';
import { ThingField } from './thing-field';

/** One of the images of the team's library that the option accepts; those that are not complete cannot be chosen. */
export function ImageField(props: FieldProps) {
  const { schema, isRequired } = props;
  const t = useTranslations('images.field');
  const trpc = useTRPC();
  const { team } = useOptionStore();
  const fits = (image: ImageKind) => imageFits(image, schema.accepts);
  const images = useQuery(
    trpc.images.list.queryOptions(
      { team },
      { refetchInterval: ({ state }) => imagesRefetchMs(state.data?.filter(fits)) },
    ),
  );
  const fitting = images.data?.filter(fits);
  return (
    <ThingField
      {...props}
      things={fitting?.map((image) => ({
        id: image.id,
        name: image.name,
        about: <AboutImage image={image} />,
        isDisabled: image.state !== 'ready',
      }))}
      texts={{ loading: t('loading'), choose: t('choose'), noneYet: t('noneFits') }}
      isClearable={!isRequired}
      failure={images.error}
    >
      <Anchor component={Link} href={paths.images(team)} size="xs">
        {t('library')}
      </Anchor>
    </ThingField>
  );
}

function AboutImage({ image }: { readonly image: LibraryImage }) {
  const t = useTranslations('images');
  const { system, format, architecture, sizeBytes, state } = image;
  const facts = [t(`systems.${system}`), format, architecture, sizeBytes !== null && formatBytes(sizeBytes)];
  return (
    <Group gap="xs">
      {facts.filter(Boolean).join(' · ')}
      {state !== 'ready' && (
        <Text inherit c="var(--mantine-color-text)">
          {t(`states.${state}`)}
        </Text>
      )}
    </Group>
  );
}
