'use client';

import { useTranslations } from 'next-intl';

import { Section } from '@/app/_account/section';
import { KeyValueList } from '@/app/_ui/key-value-list';
import { formatBytes } from '@/lib/format/bytes';
import { formatDuration } from '@/lib/format/duration';
import type { RouterOutputs } from '@/trpc/client';

type System = RouterOutputs['system']['get'];

/** What waits and runs, over all teams, and how large the database is. */
export function QueueCard({ queue, database }: Pick<System, 'queue' | 'database'>) {
  const t = useTranslations('system.queue');
  const oldest = queue.queued === 0 ? '–' : formatDuration(queue.oldestSeconds * 1000);
  return (
    <Section title={t('title')}>
      <KeyValueList
        items={[
          { key: 'queued', label: t('queued'), value: queue.queued },
          { key: 'oldest', label: t('oldest'), value: oldest },
          { key: 'running', label: t('running'), value: queue.running },
          { key: 'waiting', label: t('waiting'), value: queue.waiting },
          {
            key: 'database',
            label: t('database'),
            value: t(`databases.${database.kind}`, { size: formatBytes(database.bytes) }),
          },
        ]}
      />
    </Section>
  );
}
