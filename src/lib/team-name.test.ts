import { describe, expect, it } from 'vitest';

import { suggestTeamSlug, teamSlugSchema } from './team-name';

describe('the suggested short name', () => {
  it.each([
    ['Edge', 'edge'],
    ['Édge & Core', 'edge-core'],
    ['  --Ops--  ', 'ops'],
    ['李雷', ''],
    ['a'.repeat(60), 'a'.repeat(40)],
    // The cut must not leave a dash at the end, which the schema refuses.
    [`${'a'.repeat(39)} b`, 'a'.repeat(39)],
  ])('of %j is %j', (name, slug) => {
    expect(suggestTeamSlug(name)).toBe(slug);
    if (slug !== '') expect(teamSlugSchema.parse(slug)).toBe(slug);
  });
});

describe('a short name', () => {
  it.each(['', '-a', 'a-', 'A', 'a b', 'a/b', 'a'.repeat(41), 'a\n'])('like %j is refused', (slug) => {
    expect(teamSlugSchema.safeParse(slug).success).toBe(false);
  });
});
