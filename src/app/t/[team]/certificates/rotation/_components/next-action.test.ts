import { describe, expect, it } from 'vitest';

import { nextAction } from './next-action';

const machine = (name: string, moved: boolean) => ({ name, moved });

describe('nextAction', () => {
  it('moves one machine first, tries the same again where it failed, and then the others', () => {
    const machines = [machine('a', false), machine('b', false)];
    expect(nextAction({ kind: 'engine', phase: 'introduced', canaryMachine: null, machines })).toBe('canary');
    expect(nextAction({ kind: 'engine', phase: 'moving', canaryMachine: 'a', machines })).toBe('canary');
    const half = [machine('a', true), machine('b', false)];
    expect(nextAction({ kind: 'engine', phase: 'moving', canaryMachine: 'a', machines: half })).toBe('moveAll');
  });

  it('retires only once no machine is left, however late it came', () => {
    const moved = { kind: 'engine', phase: 'moved', canaryMachine: 'a' } as const;
    expect(nextAction({ ...moved, machines: [machine('a', true)] })).toBe('retire');
    expect(nextAction({ ...moved, machines: [machine('a', true), machine('late', false)] })).toBe('moveAll');
  });

  it('has a way on out of a roll-back, and none after the end', () => {
    const rest = { canaryMachine: null, machines: [] } as const;
    expect(nextAction({ kind: 'engine', phase: 'rolled_back', ...rest })).toBe('moveBack');
    expect(nextAction({ kind: 'client', phase: 'rolled_back', ...rest })).toBe('finishBack');
    expect(nextAction({ kind: 'engine', phase: 'retired', ...rest })).toBeNull();
  });
});
