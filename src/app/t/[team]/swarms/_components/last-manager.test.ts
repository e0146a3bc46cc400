import { TRPCClientError } from '@trpc/client';
import { describe, expect, it } from 'vitest';

import { isLastManager, wantsName } from './last-manager';

const node = (role: 'manager' | 'worker', name: string | null) => ({
  role,
  machine: name === null ? null : { name, state: 'running' as const },
});

describe('isLastManager', () => {
  it.each([
    ['the only manager', [node('manager', 'a'), node('worker', 'b')], true],
    ['another machine is one now', [node('manager', 'a'), node('manager', 'b')], false],
    ['one outside of the team is one', [node('manager', 'a'), node('manager', null)], false],
    ['a worker', [node('worker', 'a'), node('manager', 'b')], false],
    ['the only manager is outside of the team', [node('worker', 'a'), node('manager', null)], false],
  ] as const)('%s', (_title, nodes, isLast) => {
    expect(isLastManager(nodes, 'a')).toBe(isLast);
  });
});

describe('wantsName', () => {
  const refusal = (fieldErrors?: Record<string, string>) =>
    TRPCClientError.from({
      error: {
        code: -32_600,
        message: 'refused',
        data: { code: 'input.invalid', title: 'Not right', public: 'Type harbour to confirm.', fieldErrors },
      },
    });

  it('is so where the answer stands at the field for the name, and nowhere else', () => {
    expect(wantsName(refusal({ confirm: 'Type harbour to confirm.' }))).toBe(true);
    expect(wantsName(refusal({ machine: 'Choose one.' }))).toBe(false);
    expect(wantsName(refusal())).toBe(false);
    expect(wantsName(new Error('no answer'))).toBe(false);
    expect(wantsName(null)).toBe(false);
  });
});
