import { describe, expect, it } from 'vitest';

import { type FilteredMachine, machineFits } from './machine-filter';

const web: FilteredMachine = {
  name: 'web-1',
  driver: 'generic',
  state: 'running',
  address: '192.0.2.7',
  labels: { env: 'prod', tier: 'a=b' },
};

describe('machineFits', () => {
  it.each([
    ['', true],
    ['web', true],
    ['WEB', true],
    ['192.0.2', true],
    ['env=prod', false],
    ['label=env=prod', true],
    ['label=env', true],
    ['label=env=test', false],
    ['label=tier=a=b', true],
    ['state=running', true],
    ['state=stopped state=running', true],
    ['state=stopped', false],
    ['state=running name=db', false],
    ['driver=generic web 192', true],
    ['web db', false],
    ['colour=red', false],
  ])('%j fits: %s', (filter, expected) => {
    expect(machineFits(web, filter)).toBe(expected);
  });
});
