'use client';

import { Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconRadar2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useSearchParams } from 'next/navigation';

import { CallError } from '@/app/_account/call-error';
import { EmptyState } from '@/app/_ui/empty-state';
import { TextShape } from '@/app/_ui/loading-shape';
import { useClock } from '@/app/_ui/now';
import { useTRPC } from '@/trpc/client';

import { useTeamChange } from '../../_live/team-live';
import { RadarList } from './radar-list';
import { RadarTimeline } from './radar-timeline';
import { isWithin, type RadarRange, radarRanges } from './timeline-scale';

const rangeParameter = 'days';
const minuteMs = 60_000;

/** How far ahead is looked stands in the address; 90 days need no mention. */
const useRange = () => {
  const wanted = Number(useSearchParams().get(rangeParameter));
  const range = radarRanges.find((days) => days === wanted) ?? radarRanges[0];
  const setRange = (days: RadarRange) => {
    const url = new URL(window.location.href);
    if (days === radarRanges[0]) url.searchParams.delete(rangeParameter);
    else url.searchParams.set(rangeParameter, String(days));
    window.history.replaceState(null, '', url);
  };
  return [range, setRange] as const;
};

/** Everything that can lock someone out soon: as a timeline to scale, and as a list with the way to mend each. */
export function RadarPanel({ team }: { readonly team: string }) {
  const t = useTranslations('radar');
  const trpc = useTRPC();
  const query = useQuery(trpc.authorities.radar.queryOptions({ team }));
  useTeamChange(() => void query.refetch());
  const nowMs = useClock((ms) => Math.floor(ms / minuteMs) * minuteMs);
  const [range, setRange] = useRange();
  const items = query.data?.items.filter(({ at }) => isWithin(at, nowMs, range));
  return (
    <Stack gap={16}>
      <Group justify="space-between" gap={8}>
        <Text c="dimmed">{t('hint')}</Text>
        <SegmentedControl
          aria-label={t('range')}
          data={radarRanges.map((days) => ({ value: String(days), label: t('days', { count: days }) }))}
          value={String(range)}
          onChange={(value) => setRange(Number(value) as RadarRange)}
        />
      </Group>
      <CallError error={query.error} />
      {query.isPending && <TextShape lines={6} />}
      {items && (
        <>
          <RadarTimeline items={items} nowMs={nowMs} days={range} />
          {items.length === 0 ? (
            <EmptyState
              icon={IconRadar2}
              title={t('empty.title', { count: range })}
              description={t('empty.description')}
            >
              {range < radarRanges[0] && (
                <Button variant="default" onClick={() => setRange(radarRanges[0])}>
                  {t('empty.more')}
                </Button>
              )}
            </EmptyState>
          ) : (
            <RadarList items={items} nowMs={nowMs} />
          )}
        </>
      )}
    </Stack>
  );
}
