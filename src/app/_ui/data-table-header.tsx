'use client';

import { UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconSelector } from '@tabler/icons-react';
import { flexRender, type Header } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';

import { tableRoles } from './explicit-roles';

import classes from './data-table.module.css';

const ariaSort = { asc: 'ascending', desc: 'descending', none: 'none' } as const;
const icons = { asc: IconArrowUp, desc: IconArrowDown, none: IconSelector } as const;
const nextSort = { asc: 'sortDescending', desc: 'sortNone', none: 'sortAscending' } as const;

/** One head of the table; a button when its column sorts. */
export function DataTableHeader<T>({ head }: { readonly head: Header<T, unknown> }) {
  const t = useTranslations('common.table');
  const { meta } = head.column.columnDef;
  const rendered = head.isPlaceholder ? null : flexRender(head.column.columnDef.header, head.getContext());
  const shared = {
    ...tableRoles.head,
    'data-align': meta?.align,
    'data-wide-only': meta?.isWideOnly || undefined,
    'data-roomy-only': meta?.isRoomyOnly || undefined,
    ...(meta?.width === undefined ? {} : { style: { width: meta.width } }),
  } as const;
  if (!head.column.getCanSort()) return <th {...shared}>{rendered}</th>;

  const sort = head.column.getIsSorted() || 'none';
  const Icon = icons[sort];
  return (
    <th {...shared} aria-sort={ariaSort[sort]}>
      <UnstyledButton
        className={classes['sort']}
        data-sorted={sort !== 'none' || undefined}
        onClick={head.column.getToggleSortingHandler()}
        aria-label={t(nextSort[sort], { column: meta?.label ?? head.id })}
      >
        <span>{rendered}</span>
        <Icon size={14} stroke={1.8} aria-hidden />
      </UnstyledButton>
    </th>
  );
}
