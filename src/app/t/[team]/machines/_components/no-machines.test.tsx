import { expect, it } from 'vitest';

import { render } from '@/app/_ui/render.test-support';
import { allDrivers } from '@/server/drivers/registry';
import { describeCard } from '@/server/operations/drivers/driver-card';

import { NoMachines, type OfferedDriver } from './no-machines';

const offered = allDrivers.map(describeCard);

const draw = (drivers: readonly OfferedDriver[]) => {
  const html = render(<NoMachines team="harbour" drivers={drivers} />);
  return {
    html,
    ways: [...html.matchAll(/<h2>([^<]*)<\/h2>/g)].map(([, title]) => title),
    links: [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href),
  };
};

it('offers three ways to begin, each with its drivers chosen', () => {
  const { ways, links } = draw(offered);
  expect(ways).toEqual(['An existing host', 'A cloud', 'A hypervisor']);
  expect(links).toEqual(
    ['generic', 'amazonec2', 'virtualbox', 'kvm'].map((id) => `/t/harbour/machines/new?driver=${id}`),
  );
});

it('leaves out a way that no driver goes', () => {
  expect(draw(offered.filter(({ icon }) => icon !== 'cloud')).ways).toEqual(['An existing host', 'A hypervisor']);
});

it('offers nothing to who may not make machines', () => {
  const { html, ways, links } = draw([]);
  expect(html).toContain('No machines yet');
  expect([ways, links]).toEqual([[], []]);
});
