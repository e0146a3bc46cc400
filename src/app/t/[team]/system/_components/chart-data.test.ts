import { expect, it } from 'vitest';

import { chartsOf } from './chart-data';

const replicas = [
  { id: 'a', name: 'node-1:7' },
  { id: 'b', name: 'node-2:9' },
];

it('draws a line for each replica, and one for what is the whole installation’s', () => {
  const charts = chartsOf(
    [
      { atMs: 1, replicaId: 'a', values: { memoryMb: 100, jobsQueued: 3 } },
      { atMs: 1, replicaId: 'b', values: { memoryMb: 200, jobsQueued: 2 } },
      { atMs: 2, replicaId: 'a', values: { memoryMb: 300, jobsQueued: 0 } },
    ],
    replicas,
  );
  expect(charts).toEqual([
    {
      key: 'memoryMb',
      rows: [
        { atMs: 1, 'node-1:7': 100, 'node-2:9': 200 },
        { atMs: 2, 'node-1:7': 300 },
      ],
      summaries: [
        { name: 'node-1:7', latest: 300, mean: 200, highest: 300 },
        { name: 'node-2:9', latest: 200, mean: 200, highest: 200 },
      ],
    },
    {
      key: 'jobsQueued',
      rows: [
        { atMs: 1, jobsQueued: 3 },
        { atMs: 2, jobsQueued: 0 },
      ],
      summaries: [{ name: 'jobsQueued', latest: 0, mean: 1.7, highest: 3 }],
    },
  ]);
});

it('shows nothing before anything was measured', () => {
  expect(chartsOf([], replicas)).toEqual([]);
});
