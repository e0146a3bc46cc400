import { describe, expect, it } from 'vitest';

import { render } from '@/app/_ui/render.test-support';

import { SummaryLine } from './summary-line';

const summary = { total: 5, confirmed: 4, pending: 1, dropped: 0, slowestMs: 212, endedConnections: 3 };

describe('SummaryLine', () => {
  it('says on how many hosts, how long the slowest took, and what was ended', () => {
    expect(render(<SummaryLine kind="revoke" summary={summary} />)).toContain(
      'Refused on 4 of 5 hosts; slowest 212 ms; 3 live streams ended',
    );
  });

  it('speaks of no ended streams where somebody was let in', () => {
    const html = render(<SummaryLine kind="grant" summary={{ ...summary, endedConnections: 0 }} />);
    expect(html).toContain('Admitted on 4 of 5 hosts');
    expect(html).not.toContain('ended');
  });

  it('does not claim a refusal where no machine was concerned', () => {
    const none = { total: 0, confirmed: 0, pending: 0, dropped: 0, slowestMs: null, endedConnections: 0 };
    expect(render(<SummaryLine kind="revoke" summary={none} />)).not.toContain('Refused');
  });
});
