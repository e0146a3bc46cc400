import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { metrics, totalOf } from './metrics';

const documented = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');

it.each(metrics().registry.getMetricsAsArray())('$name is in the table of docs/operations.md, as it is', (metric) => {
  const { name, help } = metric;
  const line = documented.split('\n').find((row) => row.startsWith(`| \`${name}\``));
  expect(line?.replaceAll(/\s+/g, ' ')).toContain(help);
});

it('lists no metric in docs/operations.md that is gone', () => {
  const names = [...documented.matchAll(/^\| `(quaymaster_\w+)`/gm)].map((match) => match[1]);
  expect(names.toSorted()).toEqual(
    metrics()
      .registry.getMetricsAsArray()
      .map(({ name }) => name)
      .toSorted(),
  );
});

it('adds up a metric over its labels', async () => {
  const { probes } = metrics();
  probes.inc({ outcome: 'ok' }, 2);
  probes.inc({ outcome: 'unreachable' });
  expect(await totalOf(probes)).toBe(3);
});
