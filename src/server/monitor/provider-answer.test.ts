import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type MachineHealth, machineCan, type MachineProblem, type MachineState } from '@/lib/machine';
import type { ObservedState } from '@/server/drivers/driver';
import type { LoadedMachine } from '@/server/operations/machines/load-machine';

import { createTestConsole, type TestConsole } from '../../../test/support/test-console';
import { askProvider, withAnswer } from './probe-machine';
import { statusOf } from './status';

let console_: TestConsole;
beforeAll(async () => {
  console_ = await createTestConsole();
});
afterAll(() => console_.close());

/** A machine whose provider says this of it. */
const machineThatIs = (state: ObservedState): LoadedMachine => {
  const driver = {
    label: 'Harbour Cloud',
    start: () => Promise.resolve(),
    observe: () => Promise.resolve({ state, address: null, ssh: null }),
  };
  return {
    driver,
    row: { id: 'm', teamId: 't', team: { slug: 't' }, name: 'edge-1', driver: 'cloud' },
    target: {},
  } as unknown as LoadedMachine;
};

const unknown = { state: 'unknown', reason: null } as const;
const failed = { state: 'failed', reason: 'No answer.' } as const;
const silent: MachineHealth = { provider: unknown, network: failed, ssh: unknown, tls: unknown, engine: failed };

/** What becomes of a machine that does not answer, when its provider says this of it. */
const becomes = async (before: MachineState, says: ObservedState) => {
  const answer = await askProvider(console_.runtime, machineThatIs(says), new AbortController().signal);
  const found = { health: silent, isExpired: false };
  const known = answer ? withAnswer(found, answer) : found;
  return { ...statusOf({ state: before, problem: null }, known), provider: known.health.provider };
};

describe('a machine that does not answer', () => {
  it.each<[MachineState, ObservedState, MachineState, MachineProblem | null]>([
    ['running', 'starting', 'unreachable', 'unreachable'],
    ['running', 'running', 'unreachable', 'unreachable'],
    ['running', 'stopping', 'unreachable', 'unreachable'],
    ['running', 'stopped', 'stopped', 'provider-off'],
    ['running', 'paused', 'paused', 'provider-off'],
    ['running', 'unreachable', 'unreachable', 'unreachable'],
    ['running', 'absent', 'stopped', 'provider-off'],
    ['stopped', 'stopped', 'stopped', null],
    ['stopped', 'stopping', 'stopped', null],
    ['paused', 'stopping', 'paused', null],
    ['stopped', 'absent', 'stopped', 'provider-off'],
  ])('was %s, and its provider says %s: %s', async (before, says, state, problem) => {
    expect(await becomes(before, says)).toMatchObject({ state, problem });
  });

  it('can be switched off while its provider goes on stopping it, and says that it does', async () => {
    const { state, provider } = await becomes('running', 'stopping');
    expect(machineCan.kill(state)).toBe(true);
    expect(provider).toEqual({ state: 'unknown', reason: 'Harbour Cloud says that the machine is stopping.' });
  });
});
