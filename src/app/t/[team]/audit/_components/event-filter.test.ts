import { describe, expect, it } from 'vitest';

import { eventFilterOf } from './event-filter';

describe("the audit log's filter", () => {
  it('reads names with spaces, actions and words', () => {
    expect(eventFilterOf('actor="Ada Lovelace" action=member action=team.updated edge-1 x=y')).toEqual({
      actors: ['Ada Lovelace'],
      actions: ['member', 'team.updated'],
      words: ['edge-1', 'x=y'],
    });
  });

  it('asks for everything when it is empty', () => {
    expect(eventFilterOf('  ')).toEqual({});
  });

  it('asks for nothing where the action cannot be', () => {
    expect(eventFilterOf('action=MEMBER')).toEqual({ actions: [] });
  });

  it('stays within what the API takes, whatever is typed', () => {
    const { words } = eventFilterOf(`${'a'.repeat(300)} `.repeat(50));
    expect(words).toHaveLength(20);
    expect(words?.[0]).toHaveLength(100);
  });
});
