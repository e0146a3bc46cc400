import { describe, expect, it } from 'vitest';

import {
  type HealthLink,
  healthLinks,
  type MachineHealth,
  type MachineProblem,
  type MachineState,
  type RestingState,
} from '@/lib/machine';

import { diagnose, statusOf } from './status';

const chain = (states: Partial<Record<HealthLink, 'ok' | 'failed' | 'unknown'>>): MachineHealth =>
  Object.fromEntries(
    healthLinks.map((link) => [link, { state: states[link] ?? 'ok', reason: null }]),
  ) as unknown as MachineHealth;

const dead = { network: 'failed', ssh: 'unknown', tls: 'unknown', engine: 'failed' } as const;

describe('diagnose', () => {
  it.each([
    [{}, false, null],
    [{ provider: 'failed', ...dead }, false, 'provider-off'],
    [{ provider: 'unknown', ...dead }, false, 'unreachable'],
    [{ ssh: 'failed', tls: 'unknown', engine: 'failed' }, false, 'ssh-refused'],
    [{ tls: 'failed', engine: 'unknown' }, false, 'tls-wrong'],
    [{ tls: 'failed', engine: 'unknown' }, true, 'certificate-expired'],
    [{ engine: 'failed' }, false, 'engine-down'],
  ] as const)('%j, expired %s: %s', (states, isExpired, problem) => {
    expect(diagnose({ health: chain(states), isExpired })).toBe(problem);
  });
});

describe('statusOf', () => {
  const offAtProvider = chain({ provider: 'failed', ...dead });
  const silent = chain({ provider: 'unknown', ...dead });
  const on = chain(dead);
  const silence = { network: 'unknown', ssh: 'unknown', tls: 'unknown', engine: 'unknown' } as const;
  it.each<[string, MachineState, MachineProblem | null, MachineHealth, MachineState, MachineProblem | null]>([
    ['all is well', 'unreachable', 'unreachable', chain({}), 'running', null],
    ['SSH alone refuses', 'running', null, chain({ ssh: 'failed' }), 'running', 'ssh-refused'],
    ['nobody is there', 'running', null, silent, 'unreachable', 'unreachable'],
    ['the engine is down', 'running', null, chain({ engine: 'failed' }), 'degraded', 'engine-down'],
    ['the provider says off', 'running', null, offAtProvider, 'stopped', 'provider-off'],
    ['it was stopped here', 'stopped', null, offAtProvider, 'stopped', null],
    ['it was found stopped', 'stopped', 'provider-off', silent, 'stopped', 'provider-off'],
    ['it was started at the provider', 'stopped', null, on, 'unreachable', 'unreachable'],
    ['the provider alone says on', 'stopped', 'provider-off', chain(silence), 'running', null],
    [
      'the provider alone says off',
      'running',
      null,
      chain({ provider: 'failed', ...silence }),
      'stopped',
      'provider-off',
    ],
    ['nobody says anything', 'running', null, chain({ provider: 'unknown', ...silence }), 'running', null],
    ['it was started and answers', 'stopped', 'provider-off', chain({}), 'running', null],
    ['it was paused here', 'paused', null, silent, 'paused', null],
    ['it was saved here', 'saved', null, offAtProvider, 'saved', null],
    ['it was paused and answers', 'paused', null, chain({}), 'running', null],
  ])('%s', (_title, state, problem, health, nextState, nextProblem) => {
    expect(statusOf({ state, problem }, { health, isExpired: false })).toMatchObject({
      state: nextState,
      problem: nextProblem,
    });
  });

  it.each<[MachineState, RestingState, MachineProblem | null]>([
    ['running', 'paused', 'provider-off'],
    ['unreachable', 'saved', 'provider-off'],
    ['paused', 'stopped', null],
    ['stopped', 'saved', null],
  ])('%s becomes %s where its provider says so', (state, rest, problem) => {
    const status = statusOf({ state, problem: null }, { health: offAtProvider, isExpired: false, rest });
    expect(status).toEqual({ state: rest, problem });
  });
});
