'use client';

import { Badge, Group } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconUserCog, IconUserMinus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import { useMemo, useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { DataTable } from '@/app/_ui/data-table';
import { RelativeTime } from '@/app/_ui/relative-time';
import { type RowAction, RowMenu } from '@/app/_ui/row-menu';
import { StatusBadge } from '@/app/_ui/status-badge';
import { type Role, roleReaches, roles } from '@/lib/role';
import { type RouterOutputs, useTRPC } from '@/trpc/client';

import { ChangeRoleDialog } from './change-role-dialog';
import type { Member } from './member-types';
import { RemoveMemberDialog } from './remove-member-dialog';
import { ResumeMemberDialog, SuspendMemberDialog } from './suspend-member-dialog';

interface OpenDialog {
  readonly kind: 'role' | 'suspend' | 'resume' | 'remove';
  readonly member: Member;
}

export interface MembersProps {
  readonly team: { readonly slug: string; readonly name: string; readonly role: Role };
  readonly initial: RouterOutputs['team']['members'];
}

/** The members of the team, with what may be done to each. */
export function Members({ team, initial }: MembersProps) {
  const t = useTranslations('team');
  const trpc = useTRPC();
  const query = useQuery(trpc.team.members.queryOptions({ team: team.slug }, { initialData: initial }));
  const columns = useColumns();
  const [dialog, setDialog] = useState<OpenDialog>();
  const actionsOf = useActions(team.role, query.data);
  const close = () => setDialog(undefined);
  return (
    <section aria-label={t('members')}>
      <CallError error={query.error} />
      <DataTable
        label={t('members')}
        columns={columns}
        rows={query.data}
        rowId={(member) => member.id}
        isRefreshing={query.isFetching}
        rowActions={(member) => <RowMenu name={member.name} actions={actionsOf(member, setDialog)} />}
      />
      {dialog?.kind === 'role' && <ChangeRoleDialog team={team} member={dialog.member} onClose={close} />}
      {dialog?.kind === 'suspend' && <SuspendMemberDialog team={team.slug} member={dialog.member} onClose={close} />}
      {dialog?.kind === 'resume' && <ResumeMemberDialog team={team.slug} member={dialog.member} onClose={close} />}
      {dialog?.kind === 'remove' && <RemoveMemberDialog team={team} member={dialog.member} onClose={close} />}
    </section>
  );
}

function useActions(own: Role, members: readonly Member[]) {
  const t = useTranslations('team');
  const common = useTranslations('common');
  const owners = members.filter((member) => member.role === 'owner').length;
  return (member: Member, open: (dialog: OpenDialog) => void): RowAction[] => {
    const isLastOwner = member.role === 'owner' && owners === 1;
    const whyNot = !roleReaches(own, 'admin')
      ? common('needsRole', { role: 'admin' })
      : !roleReaches(own, member.role)
        ? t('aboveYou')
        : isLastOwner
          ? t('lastOwner')
          : undefined;
    return [
      {
        key: 'role',
        label: t('changeRole.action'),
        icon: IconUserCog,
        onSelect: () => open({ kind: 'role', member }),
        disabledReason: whyNot,
      },
      member.suspendedAt
        ? {
            key: 'resume',
            label: t('resume.action'),
            icon: IconPlayerPlay,
            onSelect: () => open({ kind: 'resume', member }),
            disabledReason: whyNot,
          }
        : {
            key: 'suspend',
            label: t('suspend.action'),
            icon: IconPlayerPause,
            onSelect: () => open({ kind: 'suspend', member }),
            disabledReason: member.isYou ? t('suspend.self') : whyNot,
          },
      {
        key: 'remove',
        label: t(member.isYou ? 'remove.leave' : 'remove.action'),
        icon: IconUserMinus,
        onSelect: () => open({ kind: 'remove', member }),
        // Everybody may leave.
        disabledReason: member.isYou ? (isLastOwner ? t('lastOwner') : undefined) : whyNot,
        isDestructive: true,
      },
    ];
  };
}

function useColumns(): ColumnDef<Member>[] {
  const t = useTranslations('team');
  const names = useTranslations('frame.role');
  return useMemo(
    () => [
      {
        id: 'name',
        accessorKey: 'name',
        meta: { label: t('name'), isTitle: true },
        cell: ({ row: { original: member } }) => (
          <Group gap={8} wrap="nowrap">
            {member.name}
            {member.isYou && (
              <Badge variant="default" tt="none" fw={400}>
                {t('you')}
              </Badge>
            )}
            {member.suspendedAt && (
              <StatusBadge tone="attention" icon={IconPlayerPause}>
                {t('suspended')}
              </StatusBadge>
            )}
          </Group>
        ),
      },
      { id: 'email', accessorKey: 'email', meta: { label: t('email') } },
      {
        id: 'role',
        accessorKey: 'role',
        meta: { label: t('role'), width: '110px' },
        sortingFn: (a, b) => roles.indexOf(a.original.role) - roles.indexOf(b.original.role),
        cell: ({ row }) => names(row.original.role),
      },
      {
        id: 'joined',
        accessorKey: 'joinedAt',
        meta: { label: t('joined'), width: '120px' },
        cell: ({ row }) => <RelativeTime at={row.original.joinedAt} />,
      },
      {
        id: 'lastSeen',
        accessorFn: (member) => member.lastSeenAt?.getTime() ?? 0,
        meta: { label: t('lastSeen'), width: '120px' },
        cell: ({ row: { original: member } }) =>
          member.lastSeenAt ? <RelativeTime at={member.lastSeenAt} /> : t('never'),
      },
    ],
    [t, names],
  );
}
