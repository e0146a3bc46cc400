'use client';

import { Title } from '@mantine/core';
import { IconLinkOff, IconMail } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';

import { CallError } from '@/app/_account/call-error';
import { DataTable } from '@/app/_ui/data-table';
import { EmptyState } from '@/app/_ui/empty-state';
import { RelativeTime } from '@/app/_ui/relative-time';
import { RowMenu } from '@/app/_ui/row-menu';
import { type RouterOutputs, useTRPC } from '@/trpc/client';

type Invitation = RouterOutputs['invitations']['list'][number];

export interface OpenInvitationsProps {
  readonly team: string;
  readonly initial: RouterOutputs['invitations']['list'];
}

/** The links that can still be used. Their secrets are not known here. */
export function OpenInvitations({ team, initial }: OpenInvitationsProps) {
  const t = useTranslations('team.invitations');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const query = useQuery(trpc.invitations.list.queryOptions({ team }, { initialData: initial }));
  const revoke = useMutation(
    trpc.invitations.revoke.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.invitations.list.queryFilter({ team })),
    }),
  );
  const columns = useColumns();
  return (
    <section aria-label={t('title')} style={{ marginTop: 32 }}>
      <Title order={2} mb={12}>
        {t('title')}
      </Title>
      <CallError error={revoke.error ?? query.error} />
      <DataTable
        label={t('title')}
        columns={columns}
        rows={query.data}
        rowId={(invitation) => invitation.id}
        isRefreshing={revoke.isPending}
        rowActions={(invitation) => (
          <RowMenu
            name={invitation.email ?? t('anyone')}
            actions={[
              {
                key: 'revoke',
                label: t('revoke'),
                icon: IconLinkOff,
                onSelect: () => revoke.mutate({ team, id: invitation.id }),
                isDestructive: true,
              },
            ]}
          />
        )}
        empty={<EmptyState icon={IconMail} title={t('empty')} description={t('emptyDescription')} />}
      />
    </section>
  );
}

function useColumns(): ColumnDef<Invitation>[] {
  const t = useTranslations('team.invitations');
  const team = useTranslations('team');
  const names = useTranslations('frame.role');
  return useMemo(
    () => [
      {
        id: 'for',
        accessorFn: (invitation) => invitation.email ?? '',
        meta: { label: t('for'), isTitle: true },
        cell: ({ row }) => row.original.email ?? t('anyone'),
      },
      {
        id: 'role',
        accessorKey: 'role',
        meta: { label: team('role'), width: '110px' },
        cell: ({ row }) => names(row.original.role),
      },
      {
        id: 'by',
        accessorFn: (invitation) => invitation.invitedBy ?? '',
        meta: { label: t('by') },
        cell: ({ row }) => row.original.invitedBy ?? '–',
      },
      {
        id: 'expires',
        accessorKey: 'expiresAt',
        meta: { label: t('expires'), width: '120px' },
        cell: ({ row }) => <RelativeTime at={row.original.expiresAt} />,
      },
    ],
    [t, team, names],
  );
}
