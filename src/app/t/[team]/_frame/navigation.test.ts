import { describe, expect, it } from 'vitest';

import { isCurrent, navigationFor } from './navigation';

describe('navigationFor', () => {
  it('leaves out the pages that the role may not open', () => {
    expect(navigationFor('member', false).map(({ key }) => key)).not.toContain('audit');
    expect(navigationFor('admin', false).map(({ key }) => key)).toContain('audit');
  });

  it('offers the installation to those who run it, whatever their role', () => {
    expect(navigationFor('owner', false).map(({ key }) => key)).not.toContain('system');
    expect(navigationFor('viewer', true).map(({ key }) => key)).toContain('system');
  });

  it('leads to pages of the given team only', () => {
    expect(navigationFor('owner', true).every(({ path }) => path('harbour').startsWith('/t/harbour/'))).toBe(true);
  });
});

describe('isCurrent', () => {
  it('holds on the page and below it, not beside it', () => {
    expect(isCurrent('/t/a/machines', '/t/a/machines')).toBe(true);
    expect(isCurrent('/t/a/machines', '/t/a/machines/edge-1')).toBe(true);
    expect(isCurrent('/t/a/team', '/t/a/teammates')).toBe(false);
  });
});
