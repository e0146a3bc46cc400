'use client';

import { Text } from '@mantine/core';
import { useTranslations } from 'next-intl';

import { Section } from '@/app/_account/section';
import { KeyValueList } from '@/app/_ui/key-value-list';
import { Mono } from '@/app/_ui/mono';
import { Notice } from '@/app/_ui/notice';
import type { RouterOutputs } from '@/trpc/client';

type MasterKey = RouterOutputs['system']['get']['masterKey'];

/** Where the master key is, by what it is told, and what losing it means: before it is lost. */
export function MasterKeyCard({ masterKey: { place, fingerprint } }: { readonly masterKey: MasterKey }) {
  const t = useTranslations('system.masterKey');
  const where = place.kind === 'file' ? <Mono>{place.path}</Mono> : <Mono>QUAYMASTER_MASTER_KEY</Mono>;
  return (
    <Section title={t('title')} hint={t('hint')}>
      <KeyValueList
        items={[
          { key: 'place', label: t('place'), value: where },
          {
            key: 'fingerprint',
            label: t('fingerprint'),
            value: fingerprint === null ? t('missing') : <Mono>{fingerprint}</Mono>,
          },
        ]}
      />
      <div style={{ marginTop: 12 }}>
        <Notice tone={fingerprint === null ? 'failed' : 'attention'} title={t('lossTitle')}>
          <Text size="sm">{t('loss')}</Text>
        </Notice>
      </div>
    </Section>
  );
}
