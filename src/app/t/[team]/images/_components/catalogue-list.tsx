'use client';

import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';

import { CallError } from '@/app/_account/call-error';
import type { CatalogueImage } from '@/lib/catalogue-image';
import { useTRPC } from '@/trpc/client';

export interface CatalogueListProps {
  readonly team: string;
  readonly onChoose: (image: CatalogueImage) => void;
}

/** Well-known images to choose from; nothing is fetched before the next form is sent. */
export function CatalogueList({ team, onChoose }: CatalogueListProps) {
  const t = useTranslations('images');
  const format = useFormatter();
  const trpc = useTRPC();
  const catalogue = useQuery(trpc.images.catalogue.queryOptions({ team }));
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {t('catalogueHint')}
      </Text>
      <CallError error={catalogue.error} />
      {catalogue.data?.map((image) => (
        <Group key={image.name} justify="space-between" wrap="nowrap">
          <div style={{ minWidth: 0 }}>
            <Text size="sm">{image.name}</Text>
            <Text size="xs" c="dimmed" truncate title={image.url}>
              {image.format} · {new URL(image.url).host} ·{' '}
              {t(image.checksumUrl ? 'checksum.published' : 'checksum.none')}
            </Text>
            <Text size="xs" c="dimmed">
              {image.drivers.length > 0 ? t('startedBy', { drivers: format.list(image.drivers) }) : t('startedByNone')}
            </Text>
          </div>
          <Button
            size="xs"
            variant="default"
            flex="none"
            aria-label={t('chooseNamed', { name: image.name })}
            onClick={() => onChoose(image)}
          >
            {t('choose')}
          </Button>
        </Group>
      ))}
    </Stack>
  );
}
