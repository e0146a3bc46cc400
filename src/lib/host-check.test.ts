import { describe, expect, it } from 'vitest';

import { afterEvent, type CheckEvent, checkVerdict, emptyCheck, type ProbeStatus } from './host-check';

const ended = (id: 'name' | 'tcp', status: ProbeStatus): CheckEvent => ({
  type: 'ended',
  result: { id, status, message: 'm', advice: null, fieldErrors: null, milliseconds: 1 },
});

const replay = (...events: CheckEvent[]) => events.reduce(afterEvent, emptyCheck);

describe('afterEvent', () => {
  it('shows each probe as waiting, running and ended, and forgets the check before', () => {
    const first = replay({ type: 'planned', probes: ['name', 'tcp'] }, { type: 'started', id: 'name' });
    expect(first.probes.map((probe) => probe.state)).toEqual(['running', 'waiting']);
    const second = afterEvent(first, ended('name', 'ok'));
    expect(second.probes[0]).toMatchObject({ state: 'ok', result: { message: 'm' } });
    expect(afterEvent(second, { type: 'planned', probes: ['tcp'] }).probes).toHaveLength(1);
  });

  it.each([
    [['ok', 'ok'], 'ok'],
    [['warning', 'ok'], 'warning'],
    [['failed', 'skipped'], 'failed'],
  ] as const)('judges %j as %s once it has finished', ([name, tcp], verdict) => {
    const view = replay({ type: 'planned', probes: ['name', 'tcp'] }, ended('name', name), ended('tcp', tcp));
    expect(checkVerdict(view)).toBeNull();
    expect(checkVerdict(afterEvent(view, { type: 'finished', milliseconds: 5 }))).toBe(verdict);
  });
});
