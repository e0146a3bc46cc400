'use client';

import { ActionIcon, Anchor, Drawer, Indicator, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconActivity } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { EmptyState } from '@/app/_ui/empty-state';
import { TextShape } from '@/app/_ui/loading-shape';
import { StatusBadge } from '@/app/_ui/status-badge';

import type { RunningJob } from './running-job';
import { RunningJobItem } from './running-job-item';

import classes from './frame.module.css';

export interface RunningJobsProps {
  /** Undefined until the first answer. */
  readonly jobs: readonly RunningJob[] | undefined;
  readonly allHref: string;
  readonly isReconnecting?: boolean | undefined;
}

/** How many jobs run, and a drawer that shows each with its step and its last line. */
export function RunningJobs({ jobs, allHref, isReconnecting = false }: RunningJobsProps) {
  const t = useTranslations('frame.runningJobs');
  const [isOpen, drawer] = useDisclosure(false);
  const count = jobs?.length ?? 0;
  const label = count === 0 ? t('none') : t('count', { count });
  return (
    <>
      <Tooltip label={label}>
        <Indicator label={count} size={16} offset={7} disabled={count === 0} classNames={{ indicator: 'qm-numbers' }}>
          <ActionIcon size={36} aria-label={label} onClick={drawer.open}>
            <IconActivity size={20} stroke={1.6} aria-hidden />
          </ActionIcon>
        </Indicator>
      </Tooltip>
      <Drawer opened={isOpen} onClose={drawer.close} position="right" size={420} title={t('title')}>
        {isReconnecting && (
          <StatusBadge tone="attention" className={classes['reconnecting']}>
            {t('reconnecting')}
          </StatusBadge>
        )}
        {jobs === undefined && <TextShape lines={4} />}
        {jobs?.length === 0 && (
          <EmptyState icon={IconActivity} title={t('empty')} description={t('emptyDescription')} />
        )}
        {jobs && jobs.length > 0 && (
          <ul className={classes['jobs']}>
            {jobs.map((job) => (
              <RunningJobItem key={job.id} job={job} onFollow={drawer.close} />
            ))}
          </ul>
        )}
        <Anchor component={Link} href={allHref} size="sm" onClick={drawer.close} className={classes['allJobs']}>
          {t('all')}
        </Anchor>
      </Drawer>
    </>
  );
}
