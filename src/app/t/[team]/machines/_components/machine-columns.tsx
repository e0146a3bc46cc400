'use client';

import { Badge, Checkbox, Group } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';

import { CopyLine } from '@/app/_ui/copy';
import { MachineLink } from '@/app/_ui/machine-link';
import { RelativeTime } from '@/app/_ui/relative-time';

import { EnforcementWord, PendingBadge } from './enforcement';
import { MachineState } from './machine-state-badge';
import type { MachineSelection } from './use-machine-selection';
import type { MachineRow } from './use-machines';

type Column = ColumnDef<MachineRow>;
type Texts = ReturnType<typeof useTranslations<'machines.columns'>>;

const fixed = { enableSorting: false } as const;
const none = '–';

/** The columns of the list. The server sorts: the ids of sorted columns are its names for the orders. */
export function useMachineColumns(team: string, selection: MachineSelection | null): Column[] {
  const t = useTranslations('machines.columns');
  return useMemo(
    () => [nameColumn(t, { team, selection }), ...stateColumns(t), ...restColumns(t)],
    [t, team, selection],
  );
}

interface NameColumn {
  readonly team: string;
  readonly selection: MachineSelection | null;
}

const nameColumn = (t: Texts, { team, selection }: NameColumn): Column => ({
  id: 'name',
  accessorKey: 'name',
  meta: { label: t('name'), isTitle: true, width: '16%' },
  cell: ({ row: { original } }) => (
    <Group gap={12} wrap="nowrap">
      {selection && <SelectOne selection={selection} name={original.name} />}
      <MachineLink team={team} name={original.name} />
    </Group>
  ),
});

function SelectOne({ selection, name }: { readonly selection: MachineSelection; readonly name: string }) {
  const t = useTranslations('machines.selection');
  return (
    <Checkbox
      size="xs"
      aria-label={t('one', { name })}
      checked={selection.has(name)}
      onChange={({ nativeEvent }) => selection.toggle(name, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)}
    />
  );
}

const stateColumns = (t: Texts): Column[] => [
  {
    id: 'state',
    accessorKey: 'state',
    meta: { label: t('state'), width: '148px' },
    cell: ({ row: { original } }) => <MachineState machine={original} />,
  },
  {
    id: 'driver',
    accessorKey: 'driver',
    meta: { label: t('driver'), width: '104px', isWideOnly: true },
  },
  {
    id: 'address',
    accessorFn: ({ address }) => address ?? '',
    meta: { label: t('address'), width: '142px' },
    cell: ({ row: { original } }) =>
      original.address ? <CopyLine value={original.address} name={t('address')} /> : none,
  },
  {
    id: 'engine',
    accessorFn: ({ engineVersion }) => engineVersion ?? '',
    meta: { label: t('engine'), width: '112px' },
    cell: ({ row }) => <span className="qm-mono">{row.original.engineVersion ?? none}</span>,
  },
];

function Labels({ labels }: Pick<MachineRow, 'labels'>) {
  const texts = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return (
    <Group gap={4} display="inline-flex" title={texts.join('\n')} wrap="nowrap">
      {texts.map((text) => (
        <Badge key={text} variant="default" tt="none" fw={400} className="qm-mono" style={{ flex: 'none' }}>
          {text}
        </Badge>
      ))}
    </Group>
  );
}

const restColumns = (t: Texts): Column[] => [
  {
    id: 'enforcement',
    ...fixed,
    meta: { label: t('enforcement'), width: '116px' },
    cell: ({ row: { original } }) => (
      <Group gap="0 12px" display="inline-flex">
        <EnforcementWord enforcement={original.enforcement} />
        <PendingBadge since={original.pendingSinceMs === null ? null : new Date(original.pendingSinceMs)} />
      </Group>
    ),
  },
  {
    id: 'labels',
    ...fixed,
    meta: { label: t('labels') },
    cell: ({ row }) => <Labels labels={row.original.labels} />,
  },
  {
    id: 'owner',
    ...fixed,
    meta: { label: t('owner'), width: '140px', isRoomyOnly: true },
    cell: ({ row }) => row.original.owner ?? none,
  },
  {
    id: 'changed',
    accessorKey: 'changedAtMs',
    meta: { label: t('changed'), width: '106px' },
    cell: ({ row }) => <RelativeTime at={new Date(row.original.changedAtMs)} />,
  },
];
