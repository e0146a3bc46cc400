'use client';

import { Chip, Group } from '@mantine/core';
import { useTranslations } from 'next-intl';

import { type ResourceStanding, resourceStandings } from '@/lib/resource';

export interface StandingFilterProps {
  readonly value: ResourceStanding | undefined;
  readonly counts: Readonly<Record<ResourceStanding, number>>;
  readonly onChange: (value: ResourceStanding | undefined) => void;
}

/** The standings to choose one from, each with how many things stand so. */
export function StandingFilter({ value, counts, onChange }: StandingFilterProps) {
  const t = useTranslations('resources');
  const all = resourceStandings.reduce((sum, standing) => sum + (standing === 'forgotten' ? 0 : counts[standing]), 0);
  const choose = (chosen: string) => onChange(resourceStandings.find((standing) => standing === chosen));
  return (
    <Chip.Group value={value ?? ''} onChange={choose}>
      <Group gap={8} mb={12} role="group" aria-label={t('filter')}>
        <Chip value="" size="sm" variant="outline">
          {t('all', { count: all })}
        </Chip>
        {resourceStandings.map((standing) => (
          <Chip key={standing} value={standing} size="sm" variant="outline">
            {t('standingCount', { standing: t(`standing.${standing}`), count: counts[standing] })}
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  );
}
