import { Button } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { describe, expect, it } from 'vitest';

import { DataTable } from './data-table';
import { DialogHeld } from './dialog';
import { DialogFooter } from './dialog-footer';
import { DialogWays } from './dialog-ways';
import { DisabledReason } from './disabled-reason';
import { Duration } from './duration';
import { ErrorState } from './error-state';
import { RelativeTime } from './relative-time';
import { render, renderedAt } from './render.test-support';
import { StatusBadge } from './status-badge';
import { StepIcon } from './step-icon';

interface Row {
  readonly name: string;
  readonly cpus: number;
}

const columns: ColumnDef<Row>[] = [
  { accessorKey: 'name', meta: { label: 'Name', isTitle: true } },
  { accessorKey: 'cpus', meta: { label: 'CPUs', align: 'right' }, enableSorting: false },
];
const rows: Row[] = [
  { name: 'b', cpus: 2 },
  { name: 'a', cpus: 8 },
];
const rowId = ({ name }: Row) => name;

describe('DataTable', () => {
  it('sorts by the controlled state and says so to screen readers', () => {
    const html = render(
      <DataTable
        label="Machines"
        columns={columns}
        rows={rows}
        rowId={rowId}
        sorting={[{ id: 'name', desc: false }]}
      />,
    );
    expect(html).toContain('aria-sort="ascending"');
    expect(html).toContain('aria-label="Name, sort descending"');
    expect(html.indexOf('>a<')).toBeLessThan(html.indexOf('>b<'));
  });

  it('gives a column that does not sort a plain head', () => {
    const html = render(<DataTable label="Machines" columns={columns} rows={rows} rowId={rowId} />);
    expect(html.match(/aria-sort/g)).toHaveLength(1);
    expect(html).not.toContain('CPUs, sort');
  });

  it('puts exactly one row into the tab order, the arrows reach the others', () => {
    const html = render(
      <DataTable label="Machines" columns={columns} rows={rows} rowId={rowId} onRowOpen={() => undefined} />,
    );
    expect(html.match(/<tr[^>]*tabindex="0"/gi)).toHaveLength(1);
    expect(html.match(/<tr[^>]*tabindex="-1"/gi)).toHaveLength(1);
  });

  it('shows the shape of rows while the first ones are loading, not the empty state', () => {
    const html = render(
      <DataTable label="Machines" columns={columns} rows={undefined} rowId={rowId} empty="Nothing" expectedRows={3} />,
    );
    expect(html).toContain('aria-busy="true"');
    expect(html.match(/<tr/g)).toHaveLength(4);
    expect(html).not.toContain('Nothing');
  });

  it('shows the empty state instead of a table without rows', () => {
    const html = render(<DataTable label="Machines" columns={columns} rows={[]} rowId={rowId} empty="Nothing" />);
    expect(html).toContain('Nothing');
    expect(html).not.toContain('<table');
  });
});

describe('DialogFooter', () => {
  const draw = (isPending: boolean) =>
    render(
      <DialogFooter onCancel={() => undefined} isPending={isPending}>
        <Button>Remove</Button>
      </DialogFooter>,
    );

  it('lets nobody leave while it is being done, and says why', () => {
    expect(draw(true)).toMatch(/aria-disabled="true"[^>]*>.*Cancel/);
    expect(draw(true)).toContain('It is being done');
    expect(draw(false)).toContain('Cancel');
    expect(draw(false)).not.toMatch(/aria-disabled|It is being done/);
  });
});

describe('DialogWays', () => {
  const ways = [
    { value: 'address', label: 'Address' },
    { value: 'upload', label: 'Upload' },
  ];
  const draw = (isHeld: boolean) =>
    render(
      <DialogHeld value={isHeld}>
        <DialogWays label="Add an image" value="upload" onChange={() => undefined} ways={ways} />
      </DialogHeld>,
    );

  it('lets nobody change the way while one is under way, and says why', () => {
    expect(draw(true).match(/<input[^>]* disabled=""[^>]*type="radio"/g)).toHaveLength(2);
    expect(draw(true)).toContain('aria-description="It is being done');
    expect(draw(false)).not.toMatch(/disabled=""|It is being done/);
  });
});

describe('DisabledReason', () => {
  it('leaves the control in the tab order and ties the reason to it', () => {
    const html = render(
      <DisabledReason reason="The driver cannot stop a machine.">
        <Button type="submit">Stop</Button>
      </DisabledReason>,
    );
    const [, id] = /aria-describedby="([^"]+)"/.exec(html) ?? [];
    expect(html).toContain(`id="${id}"`);
    expect(html).toContain('aria-disabled="true"');
    expect(html).toContain('type="button"');
    expect(html).not.toMatch(/<button[^>]* disabled=/);
  });

  it('leaves a control without a reason as it is', () => {
    const html = render(
      <DisabledReason reason={undefined}>
        <Button type="submit">Stop</Button>
      </DisabledReason>,
    );
    expect(html).not.toContain('aria-disabled');
    expect(html).toContain('type="submit"');
  });
});

describe('ErrorState', () => {
  it('says what happened first and keeps code and request under details', () => {
    const html = render(
      <ErrorState
        error={{
          code: 'ssh.unreachable',
          title: 'Host not reachable',
          public: 'No route to the host.',
          requestId: 'r1',
          fieldErrors: { '': 'Whole form', 'options.address': 'does not answer' },
        }}
      />,
    );
    expect(html).toContain('role="alert"');
    const order = [
      'Host not reachable',
      'No route to the host.',
      'Whole form',
      'options.address',
      '<details',
      'ssh.unreachable',
      'r1',
    ];
    const places = order.map((text) => html.indexOf(text));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
  });
});

describe('times', () => {
  it("renders relative to the server's clock, with the exact time for machines", () => {
    const at = new Date(renderedAt.getTime() - 5 * 60_000);
    expect(render(<RelativeTime at={at} />)).toMatch(
      /<time dateTime="2026-03-04T11:55:00.000Z"[^>]*>5 min ago<\/time>/i,
    );
  });

  it('writes the date when it is long ago', () => {
    expect(render(<RelativeTime at={new Date('2025-01-02T00:00:00Z')} />)).toContain('>2025-01-02<');
  });

  it('counts until an end is known', () => {
    const since = new Date(renderedAt.getTime() - 65_000);
    expect(render(<Duration since={since} />)).toContain('>1 min 05 s<');
    expect(render(<Duration since={since} until={new Date(renderedAt.getTime() - 64_500)} />)).toContain('>500 ms<');
  });
});

describe('states', () => {
  it('names a state by word beside its icon', () => {
    expect(render(<StatusBadge tone="failed">Failed</StatusBadge>)).toContain('>Failed<');
  });

  it("gives a step's icon its word where no text stands beside it", () => {
    expect(render(<StepIcon state="succeeded" />)).toContain('aria-label="Done"');
    expect(render(<StepIcon state="succeeded" isDecorative />)).not.toContain('Done');
  });
});
