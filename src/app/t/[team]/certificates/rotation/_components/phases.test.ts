import { describe, expect, it } from 'vitest';

import { stepsOf } from './phases';

const statuses = (...args: Parameters<typeof stepsOf>) => stepsOf(...args).map(({ status }) => status);

describe('stepsOf', () => {
  it('walks an engine CA from its introduction to the end', () => {
    expect(statuses('engine', 'introduced')).toEqual(['done', 'current', 'next', 'next']);
    expect(statuses('engine', 'moving')).toEqual(['done', 'current', 'next', 'next']);
    expect(statuses('engine', 'moved')).toEqual(['done', 'done', 'current', 'next']);
    expect(statuses('engine', 'retired')).toEqual(['done', 'done', 'done', 'done']);
  });

  it('moves no machines for a client CA', () => {
    expect(stepsOf('client', 'introduced').map(({ step }) => step)).toEqual(['introduce', 'members', 'retire']);
    expect(statuses('client', 'introduced')).toEqual(['done', 'current', 'next']);
    expect(statuses('client', 'moved')).toEqual(['done', 'done', 'current']);
  });

  it('shows no part of a rotation that was rolled back as done', () => {
    expect(new Set(statuses('engine', 'rolled_back'))).toEqual(new Set(['undone']));
  });
});
