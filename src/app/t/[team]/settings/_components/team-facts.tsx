'use client';

import { Stack } from '@mantine/core';
import { useTranslations } from 'next-intl';

import { Section } from '@/app/_account/section';
import { KeyValueList } from '@/app/_ui/key-value-list';
import { Mono } from '@/app/_ui/mono';
import type { RouterOutputs } from '@/trpc/client';

import { PolicyLink } from './policy-link';

/** The team's names, for those who may not change them. */
export function TeamFacts({ team }: { readonly team: RouterOutputs['team']['get'] }) {
  const t = useTranslations('settings');
  return (
    <Stack gap="md">
      <Section title={t('tabs.team')} hint={t('needsOwner')}>
        <KeyValueList
          items={[
            { key: 'name', label: t('team.name'), value: team.name },
            {
              key: 'logs',
              label: t('logs.title'),
              value: team.logDaysKept === null ? t('logs.always') : t('logs.kept', { days: team.logDaysKept }),
            },
            {
              key: 'sources',
              label: t('sources.title'),
              value: team.allowedSources.length > 0 ? <Mono>{team.allowedSources.join(' ')}</Mono> : t('sources.none'),
            },
            { key: 'slug', label: t('team.slug'), value: <Mono>{team.slug}</Mono> },
          ]}
        />
      </Section>
      <PolicyLink team={team.slug} />
    </Stack>
  );
}
