'use client';

import { Text } from '@mantine/core';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import type { ReactNode } from 'react';

import { Section } from '@/app/_account/section';
import { CopyLine } from '@/app/_ui/copy';
import { KeyValueList } from '@/app/_ui/key-value-list';
import { Mono } from '@/app/_ui/mono';
import { ExactTime, RelativeTime } from '@/app/_ui/relative-time';
import { paths } from '@/lib/paths';

import { LastUse } from '../../_components/last-use';
import { ReasonName } from '../../_components/reason-name';
import type { CertificateDetails } from '../../_data/types';

export interface FactsProps {
  readonly team: string;
  readonly certificate: CertificateDetails;
}

/** What the certificate itself says. */
export function IdentityFacts({ team, certificate }: FactsProps) {
  const t = useTranslations('certificates.page');
  const columns = useTranslations('certificates.columns');
  const { authority, machine } = certificate;
  const items = [
    { key: 'subject', label: t('subject'), value: <Mono>{certificate.subject}</Mono> },
    { key: 'sans', label: t('sans'), value: <Mono>{certificate.sans.join(', ') || '–'}</Mono> },
    {
      key: 'serial',
      label: columns('serial'),
      value: <CopyLine value={certificate.serial} name={columns('serial')} />,
    },
    {
      key: 'fingerprint',
      label: t('fingerprint'),
      value: <CopyLine value={certificate.fingerprint} name={columns('fingerprint')} />,
    },
    {
      key: 'authority',
      label: t('authority'),
      value: (
        <>
          <Mono>{authority.subject}</Mono> {t('generation', { generation: authority.generation })}
        </>
      ),
    },
    ...(certificate.holderName === null
      ? []
      : [
          {
            key: 'holder',
            label: columns('owner'),
            value: certificate.membership
              ? `${certificate.holderName} (${certificate.holderEmail ?? ''})`
              : t('holderLeft', { name: certificate.holderName }),
          },
        ]),
    ...(machine
      ? [
          {
            key: 'machine',
            label: columns('machine'),
            value: (
              <Link className="qm-mono" href={paths.machine(team, machine.name)}>
                {machine.name}
              </Link>
            ),
          },
        ]
      : []),
  ];
  return (
    <Section title={t('identity')}>
      <KeyValueList items={items} />
    </Section>
  );
}

/** From when until when it holds, and what ended it. */
export function LifeFacts({ team, certificate }: FactsProps) {
  const t = useTranslations('certificates.page');
  const columns = useTranslations('certificates.columns');
  const items: { key: string; label: string; value: ReactNode }[] = [
    { key: 'issued', label: columns('issued'), value: <Moment at={certificate.issuedAt} /> },
    { key: 'notBefore', label: t('notBefore'), value: <Moment at={certificate.notBefore} /> },
    { key: 'expires', label: columns('expires'), value: <Moment at={certificate.notAfter} /> },
    ...(certificate.kind === 'client' && certificate.state === 'active'
      ? [{ key: 'renewable', label: t('renewable'), value: <Moment at={certificate.renewableFrom} /> }]
      : []),
    ...(certificate.revokedAt
      ? [
          {
            key: 'revoked',
            label: t(certificate.state === 'suspended' ? 'suspendedAt' : 'revokedAt'),
            value: <Moment at={certificate.revokedAt} />,
          },
        ]
      : []),
    ...(certificate.reason === null
      ? []
      : [{ key: 'reason', label: t('reason'), value: <ReasonName reason={certificate.reason} /> }]),
    ...(certificate.comment === null ? [] : [{ key: 'comment', label: t('comment'), value: certificate.comment }]),
    {
      key: 'lastUse',
      label: columns('lastSeen'),
      value: <LastUse team={team} use={certificate.lastUse} />,
    },
  ];
  return (
    <Section title={t('life')}>
      <KeyValueList items={items} />
    </Section>
  );
}

function Moment({ at }: { readonly at: Date }) {
  return (
    <>
      <ExactTime at={at} />{' '}
      <Text span size="sm" c="dimmed">
        <RelativeTime at={at} />
      </Text>
    </>
  );
}
