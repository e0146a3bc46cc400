import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createTRPCClient } from '@trpc/client';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import { expect, it } from 'vitest';

import { render } from '@/app/_ui/render.test-support';
import { type MachineAction, machineActions } from '@/lib/machine-action';
import type { AppRouter } from '@/server/routers/root';
import { TRPCProvider } from '@/trpc/client';

import { useMachineActions } from './use-machine-actions';

const team = { slug: 'harbour', name: 'Harbour', role: 'admin' } as const;

function offers(machine: { readonly name: string; readonly can: readonly MachineAction[] }) {
  const queries = new QueryClient();
  const client = createTRPCClient<AppRouter>({ links: [] });
  const { machines } = createTRPCOptionsProxy<AppRouter>({ client, queryClient: queries });
  queries.setQueryData(machines.search.queryKey({ team: team.slug, q: machine.name, limit: 16 }), [
    { driver: 'generic', address: null, state: 'running', ...machine, can: [...machine.can] },
  ]);
  function Probe() {
    return useMachineActions(team, { isOpen: true, query: machine.name }).map(({ id, href, label }) => (
      <a key={id} href={href}>
        {label}
      </a>
    ));
  }
  const html = render(
    <QueryClientProvider client={queries}>
      <TRPCProvider queryClient={queries} trpcClient={client}>
        <Probe />
      </TRPCProvider>
    </QueryClientProvider>,
  );
  return [...html.matchAll(/<a href="([^"]*)">([^<]*)<\/a>/g)].map(([, href, label]) => [label, href]);
}

it('leads from the palette to everything that the menu of a machine can, by way of what asks first', () => {
  expect(offers({ name: 'edge-1', can: machineActions })).toEqual([
    ['edge-1', '/t/harbour/machines/edge-1'],
    ['Connect to edge-1', '/t/harbour/machines/edge-1/connect'],
    ['Start: edge-1', '/t/harbour/machines/edge-1?act=start'],
    ['Stop: edge-1', '/t/harbour/machines/edge-1?act=stop'],
    ['Restart: edge-1', '/t/harbour/machines/edge-1?act=restart'],
    ['Pause: edge-1', '/t/harbour/machines/edge-1?act=pause'],
    ['Save and switch off: edge-1', '/t/harbour/machines/edge-1?act=save'],
    ['Switch off: edge-1', '/t/harbour/machines/edge-1?act=kill'],
    ['Set up again: edge-1', '/t/harbour/machines/edge-1?act=provision'],
    ['Change engine version: edge-1', '/t/harbour/machines/edge-1?act=upgrade'],
    ['Remove: edge-1', '/t/harbour/machines/edge-1/danger'],
  ]);
});

it('leaves out what cannot or may not be done to the machine now', () => {
  const labels = offers({ name: 'edge-1', can: ['kill'] }).map(([label]) => label);
  expect(labels).toEqual(['edge-1', 'Connect to edge-1', 'Switch off: edge-1']);
});
