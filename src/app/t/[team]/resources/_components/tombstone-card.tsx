'use client';

import { Group, Paper, Text } from '@mantine/core';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { KeyValueList } from '@/app/_ui/key-value-list';
import { Mono } from '@/app/_ui/mono';
import { RelativeTime } from '@/app/_ui/relative-time';
import { StatusBadge } from '@/app/_ui/status-badge';
import type { Tone } from '@/app/_ui/tone';
import { paths } from '@/lib/paths';

import type { Tombstone } from './resource-types';
import { ThingList } from './thing-list';
import { TombstoneActions } from './tombstone-actions';

const toneOf: Readonly<Record<Tombstone['state'], Tone>> = {
  waiting: 'attention',
  removing: 'active',
  forgotten: 'off',
};

interface TombstoneCardProps {
  readonly team: string;
  readonly tombstone: Tombstone;
}

/** One machine that is gone from the list and not from its provider. */
export function TombstoneCard({ team, tombstone }: TombstoneCardProps) {
  const t = useTranslations('resources.tombstones');
  const { machineName, state } = tombstone;
  return (
    <Paper withBorder p={16} component="article" aria-label={machineName}>
      <Group justify="space-between" mb={8} gap={8}>
        <Group gap={12}>
          <Text fw={600} className="qm-mono">
            {machineName}
          </Text>
          <StatusBadge tone={toneOf[state]} isSpinning={state === 'removing'}>
            {t(`state.${state}`)}
          </StatusBadge>
        </Group>
        {state !== 'forgotten' && <TombstoneActions team={team} tombstone={tombstone} />}
      </Group>
      <KeyValueList items={factsOf(t, team, tombstone)} />
    </Paper>
  );
}

const factsOf = (t: ReturnType<typeof useTranslations<'resources.tombstones'>>, team: string, tombstone: Tombstone) => {
  const { driverLabel, createdAt, createdByName, failure, tries, lastTryAt, nextTryAt, lastJobId, things } = tombstone;
  const { state, endedAt, endedByName } = tombstone;
  const fact = (key: 'driver' | 'removed' | 'failure' | 'lastTry' | 'nextTry' | 'things' | 'leftBehind' | 'ended') => ({
    key,
    label: t(key),
  });
  const by = (at: Date, name: string) => (
    <>
      <RelativeTime at={at} /> · {name}
    </>
  );
  if (state === 'forgotten') {
    return [
      { ...fact('driver'), value: driverLabel },
      { ...fact('ended'), value: endedAt ? by(endedAt, endedByName ?? '–') : '–' },
      { ...fact('leftBehind'), value: <ThingList things={things} /> },
    ];
  }
  return [
    { ...fact('driver'), value: driverLabel },
    { ...fact('removed'), value: by(createdAt, createdByName) },
    { ...fact('failure'), value: failure ?? '–' },
    {
      ...fact('lastTry'),
      value: (
        <>
          {lastTryAt && <RelativeTime at={lastTryAt} />} · {t('tries', { count: tries })}
          {lastJobId !== null && (
            <>
              {' · '}
              <Link href={paths.job(team, lastJobId)}>{t('log')}</Link>
            </>
          )}
        </>
      ),
    },
    {
      ...fact('nextTry'),
      value: state === 'removing' ? t('now') : nextTryAt ? <RelativeTime at={nextTryAt} /> : <Mono>–</Mono>,
    },
    { ...fact('things'), value: <ThingList things={things} /> },
  ];
};
