'use client';

import { Skeleton, VisuallyHidden } from '@mantine/core';
import {
  type ColumnDef,
  flexRender,
  getCoreRowModel,
  getSortedRowModel,
  type SortingState,
  useReactTable,
} from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import { type ReactNode, useEffect, useRef, useState } from 'react';

import { DataTableHeader } from './data-table-header';
import { DataTableRow } from './data-table-row';
import { tableRoles } from './explicit-roles';
import { useVirtualRows } from './use-virtual-rows';

import classes from './data-table.module.css';

export interface DataTableProps<T> {
  /** What the table lists ("Machines"), for people who cannot see it. */
  readonly label: string;
  /** Made outside of the component or memoised; every column needs `meta.label`. */
  readonly columns: readonly ColumnDef<T>[];
  /** Undefined while the first page of data is on its way: the shape of rows is shown. */
  readonly rows: readonly T[] | undefined;
  readonly rowId: (row: T) => string;
  /** Controlled sorting; without it the table keeps its own. */
  readonly sorting?: SortingState | undefined;
  readonly onSortingChange?: ((sorting: SortingState) => void) | undefined;
  /** The rows come in their order already, because only the server knows all of them. */
  readonly isSortedOutside?: boolean | undefined;
  /** Click on a row, or Enter on the focused one. Put a link in the title cell as well, for opening in a new tab. */
  readonly onRowOpen?: ((row: T) => void) | undefined;
  /** Stands at the end of each row: a menu or buttons. */
  readonly rowActions?: ((row: T) => ReactNode) | undefined;
  /** Fresh data is on its way while the old stays in place. */
  readonly isRefreshing?: boolean | undefined;
  /** Shown instead of rows when there are none: an EmptyState that says how to begin. */
  readonly empty?: ReactNode | undefined;
  /** How many rows of shape to show while loading. */
  readonly expectedRows?: number | undefined;
  /** Only the rows in sight are rendered; widths come from the columns' `meta.width` and not from what is in the cells. */
  readonly isVirtual?: boolean | undefined;
  /** The rows that are rendered have changed: the place to load more, and to know what to refresh. */
  readonly onRange?: ((range: RowRange) => void) | undefined;
}

/** Indexes of the first and the last rendered row. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/**
 * The table of every list: 36 px rows, sortable heads, rows that the keyboard walks (arrows, Home, End, Enter), cards
 * below 600 px. Rows keep their place and focus while they refresh, because they are keyed by `rowId`.
 */
export function DataTable<T>(props: DataTableProps<T>) {
  const { label, rows, rowId, onRowOpen, rowActions, isRefreshing = false, empty, expectedRows = 6 } = props;
  const { isVirtual = false, onRange } = props;
  const t = useTranslations('common');
  const [ownSorting, setOwnSorting] = useState<SortingState>([]);
  const sorting = props.sorting ?? ownSorting;
  const setSorting = props.onSortingChange ?? setOwnSorting;
  const [focusedId, setFocusedId] = useState<string>();
  const body = useRef<HTMLTableSectionElement>(null);

  // oxlint-disable-next-line react/incompatible-library -- the console is built without the React Compiler
  const table = useReactTable<T>({
    data: (rows ?? noRows) as T[],
    columns: props.columns as ColumnDef<T>[],
    state: { sorting },
    onSortingChange: (next) => setSorting(typeof next === 'function' ? next(sorting) : next),
    getRowId: rowId,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
    manualSorting: props.isSortedOutside ?? false,
    sortDescFirst: false,
    defaultColumn: { header: ({ column }) => column.columnDef.meta?.label ?? column.id },
  });

  const all = table.getRowModel().rows;
  const virtual = useVirtualRows({ count: all.length, isEnabled: isVirtual, body });
  const shown = virtual.indexes.flatMap((index) => all[index] ?? []);
  useRange(virtual.indexes, onRange);
  const jump = useJump(body, (index) => virtual.scrollTo(index));
  if (rows && all.length === 0 && empty !== undefined) return <>{empty}</>;

  const heads = table.getFlatHeaders();
  // One row is in the tab order; the arrows move from there.
  const tabStopId = shown.some((row) => row.id === focusedId) ? focusedId : shown[0]?.id;
  return (
    <div className={classes['frame']} data-refreshing={isRefreshing || undefined}>
      <table
        className={classes['table']}
        data-virtual={isVirtual || undefined}
        aria-label={label}
        {...(isVirtual && { 'aria-rowcount': all.length + 1 })}
        aria-busy={rows === undefined || isRefreshing}
        {...tableRoles.table}
      >
        <thead {...tableRoles.rowGroup}>
          <tr {...tableRoles.row}>
            {heads.map((head) => (
              <DataTableHeader key={head.id} head={head} />
            ))}
            {rowActions && (
              <th className={classes['actionsHead']} {...tableRoles.head}>
                <VisuallyHidden>{t('actions')}</VisuallyHidden>
              </th>
            )}
          </tr>
        </thead>
        <tbody ref={body} {...tableRoles.rowGroup}>
          <Spacer height={virtual.before} />
          {shown.map((row) => (
            <DataTableRow
              key={row.id}
              {...(isVirtual && { place: { index: row.index, measure: virtual.measure, count: all.length, jump } })}
              isTabStop={row.id === tabStopId}
              onFocus={() => setFocusedId(row.id)}
              {...(onRowOpen && { onOpen: () => onRowOpen(row.original) })}
              actions={rowActions?.(row.original)}
              cells={row.getVisibleCells().map((cell) => ({
                id: cell.id,
                meta: cell.column.columnDef.meta,
                content: flexRender(cell.column.columnDef.cell, cell.getContext()),
              }))}
            />
          ))}
          <Spacer height={virtual.after} />
          {rows === undefined &&
            Array.from({ length: expectedRows }, (_, index) => (
              <DataTableRow
                key={index}
                actions={rowActions && ' '}
                cells={heads.map((head, column) => ({
                  id: head.id,
                  meta: head.column.columnDef.meta,
                  content: <Skeleton height={12} width={`${shapeWidths[(index + column) % shapeWidths.length]}%`} />,
                }))}
              />
            ))}
        </tbody>
      </table>
    </div>
  );
}

/** Takes the place of rows that are not rendered. */
function Spacer({ height }: { readonly height: number }) {
  if (height <= 0) return null;
  return <tr aria-hidden style={{ height }} />;
}

function useRange(indexes: readonly number[], onRange: DataTableProps<never>['onRange']): void {
  const from = indexes[0] ?? 0;
  const to = indexes.at(-1) ?? -1;
  const latest = useRef(onRange);
  useEffect(() => {
    latest.current = onRange;
  });
  useEffect(() => latest.current?.({ from, to }), [from, to]);
}

/** Gives the focus to a row that is rendered only once the page has scrolled to it. */
function useJump(body: { readonly current: HTMLElement | null }, scrollTo: (index: number) => void) {
  const wanted = useRef<number | null>(null);
  useEffect(() => {
    if (wanted.current === null) return;
    const row = body.current?.querySelector<HTMLElement>(`tr[data-index="${wanted.current}"]`);
    if (!row) return;
    wanted.current = null;
    row.focus();
  });
  return (index: number) => {
    wanted.current = index;
    scrollTo(index);
  };
}

const noRows: readonly never[] = [];
const shapeWidths = [70, 45, 60, 35, 55] as const;
