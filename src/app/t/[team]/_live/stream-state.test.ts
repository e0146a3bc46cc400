import { describe, expect, it } from 'vitest';

import {
  closedStream,
  isReconnecting,
  isRefusal,
  retryDelayMs,
  type StreamChange,
  streamChanged,
} from './stream-state';

const after = (...types: StreamChange['type'][]) =>
  types.reduce((state, type) => streamChanged(state, { type }), closedStream);

describe('streamChanged', () => {
  it.each([
    ['a first connection', ['opened'], 'connecting', false],
    ['a live stream', ['opened', 'live'], 'live', false],
    ['a line that was lost', ['opened', 'live', 'lost'], 'connecting', true],
    ['a line that is back', ['opened', 'live', 'lost', 'live'], 'live', false],
    ['a first connection that failed', ['opened', 'failed'], 'broken', true],
    ['the next try after that', ['opened', 'failed', 'opened'], 'connecting', true],
    ['a refusal', ['opened', 'refused'], 'refused', false],
    ['the end', ['opened', 'live', 'ended'], 'ended', false],
    ['a page in the background', ['opened', 'live', 'closed'], 'closed', false],
  ] as const)('tells %s', (_name, types, connection, reconnecting) => {
    const state = after(...types);
    expect(state.connection).toBe(connection);
    expect(isReconnecting(state)).toBe(reconnecting);
  });

  it('waits longer with each failure, never longer than a quarter of a minute, and begins anew once live', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 50].map(retryDelayMs)).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
    expect(after('opened', 'failed', 'opened', 'failed').failures).toBe(2);
    expect(after('opened', 'failed', 'opened', 'live').failures).toBe(0);
  });
});

describe('isRefusal', () => {
  it.each([
    [{ data: { httpStatus: 404 } }, true],
    [{ data: { httpStatus: 401 } }, true],
    [{ data: { httpStatus: 500 } }, false],
    [{ data: null }, false],
    [new Error('network'), false],
    [undefined, false],
  ])('judges %j', (error, refused) => {
    expect(isRefusal(error)).toBe(refused);
  });
});
