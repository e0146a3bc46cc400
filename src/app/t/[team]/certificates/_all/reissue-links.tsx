'use client';

import { Title } from '@mantine/core';
import { IconLinkOff } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';

import { CallError } from '@/app/_account/call-error';
import { DataTable } from '@/app/_ui/data-table';
import { RelativeTime } from '@/app/_ui/relative-time';
import { RowMenu } from '@/app/_ui/row-menu';
import { type RouterOutputs, useTRPC } from '@/trpc/client';

import classes from './all-certificates.module.css';

type Link = RouterOutputs['certificates']['reissue']['links'][number];

/** The links that can still be used to make a new key. Their secrets are not known here. Without any, nothing is shown. */
export function ReissueLinks({ team }: { readonly team: string }) {
  const t = useTranslations('certificates.links');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const query = useQuery(trpc.certificates.reissue.links.queryOptions({ team }));
  const withdraw = useMutation(
    trpc.certificates.reissue.withdrawLink.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.certificates.reissue.links.queryFilter({ team })),
    }),
  );
  const columns = useColumns();
  const error = query.error ?? withdraw.error;
  if (!error && !query.data?.length) return null;
  return (
    <section aria-label={t('title')} className={classes['links']}>
      <Title order={2} size="h4" mb={12}>
        {t('title')}
      </Title>
      <CallError error={error} />
      <DataTable
        label={t('title')}
        columns={columns}
        rows={query.data ?? []}
        rowId={({ id }) => id}
        isRefreshing={withdraw.isPending}
        rowActions={(link) => (
          <RowMenu
            name={link.deviceName}
            actions={[
              {
                key: 'withdraw',
                label: t('withdraw'),
                icon: IconLinkOff,
                onSelect: () => withdraw.mutate({ team, id: link.id }),
                isDestructive: true,
              },
            ]}
          />
        )}
      />
    </section>
  );
}

function useColumns(): ColumnDef<Link>[] {
  const t = useTranslations('certificates.links');
  return useMemo(
    () => [
      { id: 'device', accessorKey: 'deviceName', meta: { label: t('device'), isTitle: true } },
      { id: 'for', accessorFn: ({ membership }) => membership.email, meta: { label: t('for') } },
      { id: 'by', accessorKey: 'createdByName', meta: { label: t('by') } },
      {
        id: 'expires',
        accessorKey: 'expiresAt',
        meta: { label: t('expires'), width: '120px' },
        cell: ({ row }) => <RelativeTime at={row.original.expiresAt} />,
      },
    ],
    [t],
  );
}
