'use client';

import type { ColumnMeta } from '@tanstack/react-table';
import type { KeyboardEvent, MouseEvent, ReactNode } from 'react';

import { tableRoles } from './explicit-roles';

import classes from './data-table.module.css';

export interface DataTableCell {
  readonly id: string;
  // The column's value type plays no part in how a cell is laid out.
  readonly meta:
    | Pick<ColumnMeta<unknown, unknown>, 'label' | 'align' | 'isTitle' | 'isWideOnly' | 'isRoomyOnly'>
    | undefined;
  readonly content: ReactNode;
}

export interface DataTableRowProps {
  readonly cells: readonly DataTableCell[];
  readonly actions?: ReactNode | undefined;
  readonly onOpen?: (() => void) | undefined;
  readonly onFocus?: (() => void) | undefined;
  readonly isTabStop?: boolean | undefined;
  /** Of a row in a table that renders only those in sight. */
  readonly place?: RowPlace | undefined;
}

export interface RowPlace {
  readonly index: number;
  /** How many rows there are in all. */
  readonly count: number;
  readonly measure: (row: HTMLTableRowElement | null) => void;
  /** Brings another row into sight and gives it the focus. */
  readonly jump: (index: number) => void;
}

/** One row: a row of cells on wide screens, a card with labels on small ones (the style sheet's work). */
export function DataTableRow({ cells, actions, onOpen, onFocus, isTabStop = false, place }: DataTableRowProps) {
  const interactive = onOpen && {
    tabIndex: isTabStop ? 0 : -1,
    onFocus,
    onClick: (event: MouseEvent<HTMLTableRowElement>) => {
      if (!isOnControl(event)) onOpen();
    },
    onKeyDown: (event: KeyboardEvent<HTMLTableRowElement>) => {
      if (event.target !== event.currentTarget) return;
      if (event.key === 'Enter') onOpen();
      else if (moveFocus(event.currentTarget, event.key, place)) event.preventDefault();
    },
  };
  return (
    <tr
      {...tableRoles.row}
      className={classes['row']}
      data-openable={onOpen ? true : undefined}
      {...(place && { ref: place.measure, 'data-index': place.index, 'aria-rowindex': place.index + 2 })}
      {...interactive}
    >
      {cells.map(({ id, meta, content }) => (
        <td
          key={id}
          {...tableRoles.cell}
          data-align={meta?.align}
          data-title={meta?.isTitle || undefined}
          data-wide-only={meta?.isWideOnly || undefined}
          data-roomy-only={meta?.isRoomyOnly || undefined}
        >
          {!meta?.isTitle && (
            <span className={classes['cardLabel']} aria-hidden>
              {meta?.label}
            </span>
          )}
          <span className={classes['content']}>{content}</span>
        </td>
      ))}
      {actions !== undefined && (
        <td {...tableRoles.cell} className={classes['actions']}>
          {actions}
        </td>
      )}
    </tr>
  );
}

/** Clicks on links and buttons inside a row are theirs; so is a click that ends a text selection. */
function isOnControl(event: MouseEvent<HTMLTableRowElement>): boolean {
  const target = event.target as Element;
  const control = target.closest('a, button, input, select, textarea, label, [role="menuitem"], [role="menu"]');
  // A menu's portal is outside of the row in the document but inside of it for React's events.
  return control !== null || !event.currentTarget.contains(target) || window.getSelection()?.isCollapsed === false;
}

function moveFocus(row: HTMLTableRowElement, key: string, place: RowPlace | undefined): boolean {
  if (place && (key === 'Home' || key === 'End')) {
    place.jump(key === 'Home' ? 0 : place.count - 1);
    return true;
  }
  const siblings = row.parentElement?.children;
  const target = {
    ArrowDown: row.nextElementSibling,
    ArrowUp: row.previousElementSibling,
    Home: siblings?.[0],
    End: siblings?.[siblings.length - 1],
  }[key];
  if (!(target instanceof HTMLElement)) return false;
  target.focus();
  return true;
}
