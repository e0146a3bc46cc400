'use client';

import { Stack, Text, Title } from '@mantine/core';
import { useTranslations } from 'next-intl';

import type { Tombstone } from './resource-types';
import { TombstoneCard } from './tombstone-card';

export interface TombstonesProps {
  readonly team: string;
  readonly tombstones: readonly Tombstone[];
}

/** What is left of removed machines: tried again by itself until the provider confirms that it is gone, or given up. */
export function Tombstones({ team, tombstones }: TombstonesProps) {
  const t = useTranslations('resources.tombstones');
  const tried = tombstones.filter(({ state }) => state !== 'forgotten');
  const forgotten = tombstones.filter(({ state }) => state === 'forgotten');
  return (
    <>
      {tried.length > 0 && (
        <section aria-label={t('title', { count: tried.length })} style={{ marginBottom: 24 }}>
          <Title order={2} size="h4">
            {t('title', { count: tried.length })}
          </Title>
          <Text size="sm" c="dimmed" mb={8}>
            {t('hint')}
          </Text>
          <Stack gap={8}>
            {tried.map((tombstone) => (
              <TombstoneCard key={tombstone.id} team={team} tombstone={tombstone} />
            ))}
          </Stack>
        </section>
      )}
      {forgotten.length > 0 && (
        <details style={{ marginBottom: 24 }}>
          <summary>{t('forgotten', { count: forgotten.length })}</summary>
          <Stack gap={8} mt={8}>
            {forgotten.map((tombstone) => (
              <TombstoneCard key={tombstone.id} team={team} tombstone={tombstone} />
            ))}
          </Stack>
        </details>
      )}
    </>
  );
}
