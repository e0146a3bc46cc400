import { describe, expect, it } from 'vitest';

import type { ProviderThing } from '@/server/drivers/driver';

import { type LedgerRow, reconcile } from './reconcile';

const at = new Date('2026-11-23T00:00:00Z');

const row = (id: string, facts: Partial<LedgerRow> = {}): LedgerRow => ({
  id,
  kind: 'instance',
  name: 'harbour-edge-1',
  machineId: 'm1',
  providerId: null,
  createdAt: null,
  unwantedAt: null,
  forgottenAt: null,
  wasFound: null,
  ...facts,
});
const thing = (providerId: string, more: Partial<ProviderThing> = {}): ProviderThing => ({
  kind: 'instance',
  name: 'harbour-edge-1',
  machineId: 'm1',
  providerId,
  ...more,
});
const confirmedRow = { providerId: 'i-1', createdAt: at };
const idle = () => false;
const busy = () => true;
const empty = { confirmed: [], present: [], missing: [], gone: [], undecided: [], strays: [] };

describe('reconcile', () => {
  it.each([
    [
      'confirms what was asked for and is there',
      row('r'),
      [thing('i-1')],
      { confirmed: [{ id: 'r', providerId: 'i-1' }] },
    ],
    ['takes out what was asked for and never came', row('r'), [], { gone: ['r'] }],
    ['finds what exists', row('r', confirmedRow), [thing('i-1')], { present: ['r'] }],
    ['misses what exists no more', row('r', confirmedRow), [], { missing: ['r'] }],
    [
      'keeps what should be gone and is not',
      row('r', { ...confirmedRow, unwantedAt: at }),
      [thing('i-1')],
      { present: ['r'] },
    ],
    ['takes out what should be gone and is', row('r', { ...confirmedRow, unwantedAt: at }), [], { gone: ['r'] }],
    ['takes out what was found once and is gone', row('r', { providerId: 'i-1' }), [], { gone: ['r'] }],
    [
      'does not find again what was forgotten',
      row('r', { ...confirmedRow, forgottenAt: at }),
      [thing('i-1')],
      { present: ['r'] },
    ],
  ])('%s', (_title, only, things, expected) => {
    expect(reconcile([only], things, idle)).toEqual({ ...empty, ...expected });
  });

  it('leaves open what a job may just be asking for', () => {
    expect(reconcile([row('r')], [], busy)).toEqual({ ...empty, undecided: ['r'] });
  });

  it("takes another machine's thing of the same name for a stray, and a second one too", () => {
    const other = thing('i-2', { machineId: 'm2' });
    const second = thing('i-3');
    expect(reconcile([row('r')], [thing('i-1'), other, second], idle)).toEqual({
      ...empty,
      confirmed: [{ id: 'r', providerId: 'i-1' }],
      strays: [other, second],
    });
  });

  it('matches by id before it matches by name', () => {
    const rows = [row('asked'), row('known', confirmedRow)];
    expect(reconcile(rows, [thing('i-1')], idle)).toEqual({ ...empty, present: ['known'], gone: ['asked'] });
  });

  it('tells things of two accounts with the same id apart by their machine', () => {
    const rows = [row('a', confirmedRow), row('b', { ...confirmedRow, machineId: 'm2' })];
    const things = [thing('i-1', { machineId: 'm2' }), thing('i-1')];
    expect(reconcile(rows, things, idle)).toEqual({ ...empty, present: ['a', 'b'] });
    expect(reconcile(rows.slice(1), things, idle)).toEqual({ ...empty, present: ['b'], strays: [thing('i-1')] });
  });
});
