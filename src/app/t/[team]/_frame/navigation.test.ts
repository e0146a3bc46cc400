import { describe, expect, it } from 'vitest';

import { isCurrent, navigationFor } from './navigation';

describe('navigationFor', () => {
  it('leaves out the pages that the role may not open', () => {
    expect(navigationFor('member').map(({ key }) => key)).not.toContain('audit');
    expect(navigationFor('admin').map(({ key }) => key)).toContain('audit');
  });

  it('leads to pages of the given team only', () => {
    expect(navigationFor('owner').every(({ path }) => path('harbour').startsWith('/t/harbour/'))).toBe(true);
  });
});

describe('isCurrent', () => {
  it('holds on the page and below it, not beside it', () => {
    expect(isCurrent('/t/a/machines', '/t/a/machines')).toBe(true);
    expect(isCurrent('/t/a/machines', '/t/a/machines/edge-1')).toBe(true);
    expect(isCurrent('/t/a/team', '/t/a/teammates')).toBe(false);
  });
});
