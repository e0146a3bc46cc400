'use client';

import { Badge, Button, Group } from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';

import { DataTable } from '@/app/_ui/data-table';
import { DisabledReason } from '@/app/_ui/disabled-reason';
import { RelativeTime } from '@/app/_ui/relative-time';
import { RowMenu } from '@/app/_ui/row-menu';
import { readUserAgent } from '@/lib/browser-name';
import { type RouterOutputs, useTRPC } from '@/trpc/client';

import { CallError } from './call-error';
import { Section } from './section';

type Session = RouterOutputs['session']['list'][number];

/** Where the caller is signed in, with a way to end each. */
export function SessionList({ initial }: { readonly initial: RouterOutputs['session']['list'] }) {
  const t = useTranslations('settings.account');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const query = useQuery(trpc.session.list.queryOptions(undefined, { initialData: initial }));
  const refresh = { onSettled: () => queryClient.invalidateQueries(trpc.session.list.queryFilter()) };
  const end = useMutation(trpc.session.end.mutationOptions(refresh));
  const endOthers = useMutation(trpc.session.endOthers.mutationOptions(refresh));
  const { columns, nameOf } = useColumns();
  const others = query.data.filter((session) => !session.isCurrent).length;
  return (
    <Section title={t('sessions')} hint={t('sessionsHint')}>
      <CallError error={end.error ?? endOthers.error ?? query.error} />
      <DataTable
        label={t('sessions')}
        columns={columns}
        rows={query.data}
        rowId={(session) => session.id}
        isRefreshing={end.isPending || endOthers.isPending}
        rowActions={(session) => (
          <RowMenu
            name={nameOf(session)}
            actions={[
              {
                key: 'end',
                label: t('end'),
                icon: IconLogout,
                onSelect: () => end.mutate({ id: session.id }),
                disabledReason: session.isCurrent ? t('endThis') : undefined,
                isDestructive: true,
              },
            ]}
          />
        )}
      />
      <Group mt={12}>
        <DisabledReason reason={others === 0 ? t('noOthers') : undefined}>
          <Button variant="default" loading={endOthers.isPending} onClick={() => endOthers.mutate()}>
            {t('endOthers')}
          </Button>
        </DisabledReason>
      </Group>
    </Section>
  );
}

function useColumns() {
  const t = useTranslations('settings.account');
  return useMemo(() => {
    const nameOf = ({ userAgent }: Session): string => {
      const { browser, system } = readUserAgent(userAgent);
      if (browser && system) return t('browserOn', { browser, system });
      return browser ?? system ?? t('unknownBrowser');
    };
    const columns: ColumnDef<Session>[] = [
      {
        id: 'browser',
        accessorFn: nameOf,
        meta: { label: t('browser'), isTitle: true },
        cell: ({ row: { original: session } }) => (
          <Group gap={8} wrap="nowrap">
            {nameOf(session)}
            {session.isCurrent && (
              <Badge variant="default" tt="none" fw={400}>
                {t('current')}
              </Badge>
            )}
          </Group>
        ),
      },
      {
        id: 'address',
        accessorFn: (session) => session.address ?? '',
        meta: { label: t('address') },
        cell: ({ row }) => <span className="qm-mono">{row.original.address ?? '–'}</span>,
      },
      {
        id: 'signedIn',
        accessorKey: 'createdAt',
        meta: { label: t('signedIn'), width: '130px' },
        cell: ({ row }) => <RelativeTime at={row.original.createdAt} />,
      },
      {
        id: 'lastSeen',
        accessorKey: 'lastSeenAt',
        meta: { label: t('lastSeen'), width: '130px' },
        cell: ({ row }) => <RelativeTime at={row.original.lastSeenAt} />,
      },
    ];
    return { columns, nameOf };
  }, [t]);
}
