'use client';

import { SegmentedControl, SimpleGrid } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';

import { Section } from '@/app/_account/section';
import { EmptyState } from '@/app/_ui/empty-state';
import { paths } from '@/lib/paths';
import { type SamplePoint, type SampleSpan, sampleSpans } from '@/lib/system-sample';

import { chartsOf, type ReplicaName } from './chart-data';
import { nameOfReplica } from './replicas-card';
import { SampleChart } from './sample-chart';

interface ChartGridProps {
  readonly team: string;
  readonly span: SampleSpan;
  readonly samples: readonly SamplePoint[];
  readonly replicas: readonly { readonly id: string; readonly host: string; readonly pid: number }[];
}

/** What the processes measured of themselves in the last hour or day. */
export function ChartGrid({ team, span, samples, replicas }: ChartGridProps) {
  const t = useTranslations('system.charts');
  const router = useRouter();
  const names: ReplicaName[] = replicas.map((replica) => ({ id: replica.id, name: nameOfReplica(replica) }));
  const charts = chartsOf(samples, names);
  return (
    <Section title={t('title')} hint={t('hint')}>
      <SegmentedControl
        mb="md"
        aria-label={t('span')}
        value={span}
        data={sampleSpans.map((value) => ({ value, label: t(`spans.${value}`) }))}
        onChange={(value) => router.replace(paths.system(team, { span: value }), { scroll: false })}
      />
      {charts.length === 0 ? (
        <EmptyState title={t('none')} description={t('noneHint')} />
      ) : (
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="lg">
          {charts.map((chart) => (
            <SampleChart key={chart.key} chart={chart} span={span} />
          ))}
        </SimpleGrid>
      )}
    </Section>
  );
}
