'use client';

import { LineChart } from '@mantine/charts';
import { Group, Table, Text, Title, VisuallyHidden } from '@mantine/core';
import { useTimeZone, useTranslations } from 'next-intl';

import type { SampleSpan } from '@/lib/system-sample';

import type { SystemChart } from './chart-data';

// Green, amber and red have meanings; lines of replicas have none.
const colours = ['harbour.6', 'gray.6', 'harbour.3', 'gray.4'] as const;
const dashes = ['0', '6 3', '2 2', '8 2 2 2'] as const;

interface SampleChartProps {
  readonly chart: SystemChart;
  readonly span: SampleSpan;
}

/** One measure over time, a line for each replica; the numbers behind it as a table for those who do not see it. */
export function SampleChart({ chart: { key, rows, summaries }, span }: SampleChartProps) {
  const t = useTranslations('system.charts');
  const timeZone = useTimeZone() ?? 'UTC';
  const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone });
  const label = t(`measures.${key}`);
  const series = summaries.map(({ name }, index) => ({
    name,
    label: name === key ? label : name,
    color: colours[index % colours.length] ?? colours[0],
    strokeDasharray: dashes[Math.floor(index / 2) % dashes.length] ?? '0',
  }));
  const latest = Math.max(...summaries.map((summary) => summary.latest));
  const highest = Math.max(...summaries.map((summary) => summary.highest));
  return (
    <figure style={{ margin: 0, minWidth: 0 }} aria-label={label}>
      <Group justify="space-between" align="baseline" wrap="nowrap" mb={8}>
        <Title order={3} size="h6" fw={600}>
          {label}
        </Title>
        <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          {t('now', { latest, highest })}
        </Text>
      </Group>
      <div aria-hidden>
        <LineChart
          h={150}
          data={rows.map((row) => ({ ...row, time: clock.format(row['atMs']) }))}
          dataKey="time"
          series={series}
          curveType="linear"
          withDots={false}
          strokeWidth={1.5}
          gridAxis="x"
          tickLine="none"
          yAxisProps={{ width: 40, tickCount: 4 }}
          xAxisProps={{ minTickGap: 40 }}
          lineChartProps={{ accessibilityLayer: false }}
          lineProps={{ isAnimationActive: false }}
        />
      </div>
      <VisuallyHidden>
        <Table>
          <caption>{t('tableCaption', { measure: label, span: t(`spans.${span}`) })}</caption>
          <thead>
            <tr>
              <th>{t('replica')}</th>
              <th>{t('latest')}</th>
              <th>{t('mean')}</th>
              <th>{t('highest')}</th>
            </tr>
          </thead>
          <tbody>
            {summaries.map((summary) => (
              <tr key={summary.name}>
                <th>{summary.name === key ? t('all') : summary.name}</th>
                <td>{summary.latest}</td>
                <td>{summary.mean}</td>
                <td>{summary.highest}</td>
              </tr>
            ))}
          </tbody>
        </Table>
      </VisuallyHidden>
    </figure>
  );
}
