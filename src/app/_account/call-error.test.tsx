import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { MantineThemeProvider } from '@mantine/core';
import { createTRPCClient } from '@trpc/client';
import { initTRPC, TRPCError } from '@trpc/server';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import superjson from 'superjson';
import { afterEach, describe, expect, it } from 'vitest';

import { ConfirmByName } from '@/app/_ui/confirm-by-name';
import { render } from '@/app/_ui/render.test-support';
import type { AppRouter } from '@/server/routers/root';
import { apiLinks } from '@/trpc/links';

import { CallError } from './call-error';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** The API at something that answers each call in this way. */
const apiThat = async (answer: RequestListener) => {
  const listening = createServer(answer);
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as AddressInfo;
  return createTRPCClient<AppRouter>({ links: apiLinks(`http://127.0.0.1:${port}`) });
};

const thrownBy = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => null,
    (error: unknown) => error,
  );

/** A dialog stands at the end of the page, which only a browser has. */
const inPlace = { components: { Modal: { defaultProps: { withinPortal: false } } } };

const dialogAfter = (error: unknown) =>
  render(
    <MantineThemeProvider theme={inPlace}>
      <ConfirmByName
        isOpen
        onClose={() => undefined}
        title="Remove rack-1"
        name="rack-1"
        losses={[]}
        confirmLabel="Remove host"
        onConfirm={() => undefined}
        failure={<CallError error={error} />}
      />
    </MantineThemeProvider>,
  );

const silent = 'The console does not answer';
const unknownOutcome = 'Whether it did this is not known: look how things stand before you try again.';
const input = { team: 'harbour', id: '0198c0de-0000-7000-8000-000000000001' };
const removal = { ...input, confirm: 'rack-1' };

const withoutAnAnswer: readonly (readonly [string, (response: ServerResponse) => void])[] = [
  ['the line breaks', (response) => response.destroy()],
  [
    'a proxy answers in its place',
    (response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>'),
  ],
  [
    'the answer breaks off',
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"0":[[0],[null,0,0]]}\n', () => response.destroy());
    },
  ],
];

describe('CallError', () => {
  const alsoOddOnes = [
    ...withoutAnAnswer,
    [
      'something else answers in JSON',
      (response: ServerResponse) =>
        response.writeHead(502, { 'content-type': 'application/json' }).end('{"status":502}'),
    ] as const,
  ];

  it.each(alsoOddOnes)('says in the dialog of an act that nobody knows whether it was done: %s', async (_, answer) => {
    const api = await apiThat((_request, response) => answer(response));
    const html = dialogAfter(await thrownBy(api.hypervisors.remove.mutate(removal)));
    expect(html).toContain(silent);
    expect(html).toContain(unknownOutcome);
  });

  it.each(withoutAnAnswer)('says of a question that it may be asked again: %s', async (_, answer) => {
    const api = await apiThat((_request, response) => answer(response));
    const html = render(<CallError error={await thrownBy(api.hypervisors.list.query({ team: 'harbour' }))} />);
    expect(html).toContain(silent);
    expect(html).toContain('try again in a moment');
    expect(html).not.toContain(unknownOutcome);
  });

  it("shows the console's own sentence where there is one, and nothing without an error", async () => {
    const data = { code: 'hypervisor.in-use', title: 'Host in use', public: 'Machines live on rack-1.' };
    const t = initTRPC.create({ transformer: superjson, errorFormatter: ({ shape }) => ({ ...shape, data }) });
    const remove = t.procedure.mutation(() => {
      throw new TRPCError({ code: 'CONFLICT' });
    });
    const handler = createHTTPHandler({ router: t.router({ hypervisors: t.router({ remove }) }) });
    const api = await apiThat(handler);
    const html = dialogAfter(await thrownBy(api.hypervisors.remove.mutate(removal)));
    expect(html).toContain('Machines live on rack-1.');
    expect(html).not.toContain(silent);
    expect(dialogAfter(null)).not.toMatch(/role="alert"/);
  });
});
