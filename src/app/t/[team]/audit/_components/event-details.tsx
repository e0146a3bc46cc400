'use client';

import { Drawer, Stack, Table, Title } from '@mantine/core';
import { useTranslations } from 'next-intl';

import { CopyLine } from '@/app/_ui/copy';
import { KeyValueList } from '@/app/_ui/key-value-list';
import { Mono } from '@/app/_ui/mono';
import { Notice } from '@/app/_ui/notice';
import { ExactTime } from '@/app/_ui/relative-time';

import { changesOf } from './changes';
import type { AuditEvent } from './event-columns';

export interface EventDetailsProps {
  readonly isOpen: boolean;
  /** Undefined where the address names an event that is not loaded. */
  readonly event: AuditEvent | undefined;
  readonly onClose: () => void;
}

/** One event with the values before and after it. */
export function EventDetails({ isOpen, event, onClose }: EventDetailsProps) {
  const t = useTranslations('audit.details');
  const title = event ? t('title', { action: event.action, target: event.targetName }) : '';
  return (
    <Drawer opened={isOpen} onClose={onClose} position="right" size="lg" title={title}>
      {event ? <Details event={event} /> : <Notice tone="off">{t('notFound')}</Notice>}
    </Drawer>
  );
}

function Details({ event }: { readonly event: AuditEvent }) {
  const t = useTranslations('audit.details');
  return (
    <Stack gap="lg">
      <KeyValueList
        items={[
          { key: 'at', label: t('at'), value: <ExactTime at={event.at} /> },
          { key: 'actor', label: t('actor'), value: event.actorName },
          { key: 'address', label: t('address'), value: <Mono>{event.address ?? t('absent')}</Mono> },
          {
            key: 'request',
            label: t('request'),
            value: event.requestId ? <CopyLine value={event.requestId} name={t('request')} /> : t('absent'),
          },
          {
            key: 'hash',
            label: t('hash'),
            value: (
              <CopyLine value={event.hash} name={t('hash')}>
                {`${event.hash.slice(0, 16)}…`}
              </CopyLine>
            ),
          },
        ]}
      />
      <Changes event={event} />
    </Stack>
  );
}

function Changes({ event }: { readonly event: AuditEvent }) {
  const t = useTranslations('audit.details');
  const changes = changesOf(event.before, event.after);
  if (changes.length === 0) return <p style={{ margin: 0 }}>{t('noChanges')}</p>;
  return (
    <section aria-label={t('changes')}>
      <Title order={2} size="h4" mb={8}>
        {t('changes')}
      </Title>
      <Table layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('field')}</Table.Th>
            <Table.Th>{t('before')}</Table.Th>
            <Table.Th>{t('after')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {changes.map(({ field, before, after }) => (
            <Table.Tr key={field}>
              <Table.Th scope="row" fw={400}>
                <Mono>{field}</Mono>
              </Table.Th>
              <Table.Td>
                <Mono>{before ?? t('absent')}</Mono>
              </Table.Td>
              <Table.Td>
                <Mono>{after ?? t('absent')}</Mono>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
