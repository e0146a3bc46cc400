'use client';

import { Tooltip } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconRefresh, type TablerIcon } from '@tabler/icons-react';
import { useTimeZone, useTranslations } from 'next-intl';
import type { CSSProperties } from 'react';

import { type Tone, tones } from '@/app/_ui/tone';
import { formatDate } from '@/lib/format/exact-time';

import { type RadarItem, radarKinds, radarTones, rowAnchor } from './radar-item';
import { type Cluster, clustersOf, type RadarRange, ticksOf } from './timeline-scale';

import classes from './radar.module.css';

/** Marks nearer than this would cover each other. */
const markPx = 30;
/** For as long as the timeline's width is not known. */
const narrowPx = 320;

export interface RadarTimelineProps {
  readonly items: readonly RadarItem[];
  readonly nowMs: number;
  readonly days: RadarRange;
}

/** The days ahead to scale, one lane for each kind of thing. A mark leads to its row in the list. */
export function RadarTimeline({ items, nowMs, days }: RadarTimelineProps) {
  const t = useTranslations('radar');
  const timeZone = useTimeZone() ?? 'UTC';
  const ticks = ticksOf(nowMs, days);
  const { ref, width } = useElementSize<HTMLDivElement>();
  const gap = (markPx / (width || narrowPx)) * 100;
  return (
    <figure className={classes['timeline']} aria-label={t('timeline', { count: days })}>
      <div ref={ref} className={classes['scale']} aria-hidden>
        {ticks.map(({ day, at, place }) => (
          <span key={day} className={classes['tick']} style={{ left: `${place}%` }}>
            <span>{day === 0 ? t('today') : formatDate(at, timeZone).slice(5)}</span>
          </span>
        ))}
      </div>
      {radarKinds.map((what) => (
        <div key={what} className={classes['lane']}>
          <span className={classes['laneName']}>{t(`what.${what}`)}</span>
          <div className={classes['track']}>
            {ticks.map(({ day, place }) => (
              <span key={day} className={classes['line']} style={{ left: `${place}%` }} aria-hidden />
            ))}
            {clustersOf(
              items.filter((item) => item.what === what),
              { nowMs, days, gap },
            ).map((cluster) => (
              <Mark key={cluster.items[0].id} cluster={cluster} />
            ))}
          </div>
        </div>
      ))}
    </figure>
  );
}

const order: readonly RadarItem['tone'][] = ['failed', 'attention', 'info'];

const worst = (items: readonly RadarItem[]): Tone =>
  radarTones[order.find((tone) => items.some((item) => item.tone === tone)) ?? 'info'];

function Mark({ cluster }: { readonly cluster: Cluster<RadarItem> }) {
  const t = useTranslations('radar');
  const timeZone = useTimeZone() ?? 'UTC';
  const [first] = cluster.items;
  const date = formatDate(first.at, timeZone);
  const label =
    cluster.items.length === 1
      ? t('item', { name: first.name, what: t(`whatOne.${first.what}`), date })
      : t('several', { count: cluster.items.length, name: first.name, date });
  const tone = tones[worst(cluster.items)];
  const Icon: TablerIcon = cluster.items.every((item) => item.renewsItself) ? IconRefresh : tone.icon;
  const style = {
    '--place': `${cluster.place}%`,
    '--tone': tone.colour,
    '--tone-bg': tone.background,
    '--tone-border': tone.border,
  } as CSSProperties;
  return (
    <Tooltip label={label}>
      <a
        href={`#${rowAnchor(first)}`}
        className={classes['mark']}
        style={style}
        aria-label={label}
        onClick={(event) => {
          // The row takes the focus as well, and the address stays the tab's own.
          event.preventDefault();
          const row = document.getElementById(rowAnchor(first));
          row?.scrollIntoView({ block: 'center' });
          row?.focus();
        }}
      >
        <Icon size={14} stroke={2} aria-hidden />
        {cluster.items.length > 1 && <span>{cluster.items.length}</span>}
      </a>
    </Tooltip>
  );
}
