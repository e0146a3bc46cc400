import { describe, expect, it } from 'vitest';

import { containerProof } from './containers';

const web = { id: 'a1', name: 'web', pid: 410 };

describe('containerProof', () => {
  it('tells a container that went on from one that was restarted and one that is gone', () => {
    const before = [web, { id: 'b2', name: 'db', pid: 500 }, { id: 'c3', name: 'job', pid: 600 }];
    const after = [web, { id: 'b2', name: 'db', pid: 777 }, { id: 'd4', name: 'new', pid: 800 }];
    expect(containerProof(before, after).map(({ name, outcome }) => [name, outcome])).toEqual([
      ['web', 'same'],
      ['db', 'restarted'],
      ['job', 'gone'],
    ]);
  });
});
