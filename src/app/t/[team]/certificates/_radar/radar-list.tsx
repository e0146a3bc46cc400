'use client';

import { Tooltip } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { ExactTime, RelativeTime } from '@/app/_ui/relative-time';
import { StatusBadge } from '@/app/_ui/status-badge';

import { type RadarItem, radarTones, rowAnchor } from './radar-item';
import { groupOf, type RadarGroup } from './timeline-scale';

import classes from './radar.module.css';

const groups: readonly RadarGroup[] = ['expired', 7, 30, 90];

export interface RadarListProps {
  readonly items: readonly RadarItem[];
  readonly nowMs: number;
}

/** The same things in words, the nearest first. */
export function RadarList({ items, nowMs }: RadarListProps) {
  const t = useTranslations('radar');
  const sorted = [...items].sort((a, b) => a.at.getTime() - b.at.getTime());
  return groups.map((group) => {
    const inGroup = sorted.filter((item) => groupOf(item.at, nowMs) === group);
    if (inGroup.length === 0) return null;
    const title = group === 'expired' ? t('expired') : t('within', { count: group });
    return (
      <section key={group} aria-label={title}>
        <h2 className={classes['groupTitle']}>
          {title} <span className={classes['quiet']}>{t('count', { count: inGroup.length })}</span>
        </h2>
        <ul className={classes['list']}>
          {inGroup.map((item) => (
            <Row key={item.id} item={item} isExpired={group === 'expired'} />
          ))}
        </ul>
      </section>
    );
  });
}

function Row({ item, isExpired }: { readonly item: RadarItem; readonly isExpired: boolean }) {
  const t = useTranslations('radar');
  return (
    <li id={rowAnchor(item)} tabIndex={-1} className={classes['row']}>
      <StatusBadge tone={radarTones[item.tone]}>{isExpired ? t('expired') : t(`tone.${item.tone}`)}</StatusBadge>
      <span className={classes['what']}>
        <strong>{item.name}</strong> <span className={classes['quiet']}>{t(`whatOne.${item.what}`)}</span>
        <span className={classes['detail']}>{item.detail}</span>
      </span>
      <span className={classes['when']}>
        <RelativeTime at={item.at} />
        <span className={classes['quiet']}>
          <ExactTime at={item.at} />
        </span>
      </span>
      <span className={classes['mend']}>
        {item.renewsItself && (
          <Tooltip label={t('renewsHint')}>
            <span>
              <StatusBadge tone="ok" icon={IconRefresh}>
                {t('renews')}
              </StatusBadge>
            </span>
          </Tooltip>
        )}
        {item.href !== null && <Link href={item.href}>{t(item.renewsItself ? 'look' : 'mend')}</Link>}
      </span>
    </li>
  );
}
