'use client';

import { Text } from '@mantine/core';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { Section } from '@/app/_account/section';
import { RelativeTime } from '@/app/_ui/relative-time';
import { paths } from '@/lib/paths';

import { ReasonName } from '../../_components/reason-name';
import type { CertificateDetails } from '../../_data/types';

import classes from './certificate-history.module.css';

export interface CertificateHistoryProps {
  readonly team: string;
  readonly changes: CertificateDetails['changes'];
}

/** What was done about a certificate, the latest first; each leads to its receipt. */
export function CertificateHistory({ team, changes }: CertificateHistoryProps) {
  const t = useTranslations('certificates.history');
  const kinds = useTranslations('accessChanges.kind');
  return (
    <Section title={t('title')}>
      {changes.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('empty')}
        </Text>
      ) : (
        <ol className={classes['list']}>
          {changes.map((change) => (
            <li key={change.id}>
              <Link href={paths.accessChange(team, change.id)}>{kinds(change.kind)}</Link>
              <span>{t('by', { name: change.actorName })}</span>
              {change.reason !== null && (
                <span>
                  <ReasonName reason={change.reason} />
                </span>
              )}
              <RelativeTime at={change.requestedAt} className={classes['time']} />
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}
