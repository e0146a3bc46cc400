'use client';

import { useTranslations } from 'next-intl';

import { Section } from '@/app/_account/section';
import { KeyValueList } from '@/app/_ui/key-value-list';
import { Mono } from '@/app/_ui/mono';
import type { RouterOutputs } from '@/trpc/client';

/** The team's name and certificate policy, for those who may not change them. */
export function TeamFacts({ team }: { readonly team: RouterOutputs['team']['get'] }) {
  const t = useTranslations('settings');
  const days = (count: number) => t('team.dayCount', { count });
  return (
    <Section title={t('tabs.team')} hint={t('needsOwner')}>
      <KeyValueList
        items={[
          { key: 'name', label: t('team.name'), value: team.name },
          { key: 'slug', label: t('team.slug'), value: <Mono>{team.slug}</Mono> },
          { key: 'client', label: t('team.clientDays'), value: days(team.clientValidForDays) },
          { key: 'engine', label: t('team.engineDays'), value: days(team.engineValidForDays) },
          { key: 'keys', label: t('team.keyBits'), value: t('team.bits', { count: String(team.keyBits) }) },
        ]}
      />
    </Section>
  );
}
