/**
 * The roles of a table, said outright: on small screens the style sheet turns rows into cards, and some browsers take
 * an element's table role away together with its table display. Spread, because linters call them redundant.
 */
export const tableRoles = {
  table: { role: 'table' },
  rowGroup: { role: 'rowgroup' },
  row: { role: 'row' },
  head: { role: 'columnheader', scope: 'col' },
  cell: { role: 'cell' },
} as const;

/** A block that scrolls has to be reachable by keyboard; the role lets it carry a name. */
export const scrollable = { role: 'group', tabIndex: 0 } as const;
