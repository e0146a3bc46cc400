import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createTRPCClient, httpLink } from '@trpc/client';
import { describe, expect, it } from 'vitest';

import { fieldShape, type OptionSchema } from '@/lib/option-schema';
import { describeOptions } from '@/server/drivers/describe-options';
import { allDrivers } from '@/server/drivers/registry';
import { engineSettings } from '@/server/provision/engine-settings';
import type { AppRouter } from '@/server/routers/root';
import { TRPCProvider } from '@/trpc/client';

import { render } from '../_ui/render.test-support';
import { OptionForm } from './option-form';
import { type OptionStore, OptionStoreProvider } from './option-form-context';
import { initialValues } from './option-values';

const queryClient = new QueryClient();
const trpcClient = createTRPCClient<AppRouter>({
  links: [httpLink({ url: '/nowhere', transformer: undefined as never })],
});

const storeOf = (values: Readonly<Record<string, unknown>>, errors: Readonly<Record<string, string>>): OptionStore => ({
  team: 'harbour',
  isDisabled: false,
  valueAt: (path) =>
    path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown>)?.[name], { options: values }),
  setValue: () => undefined,
  errorAt: (path) => errors[path],
  errorsUnder: (path) =>
    Object.fromEntries(
      Object.entries(errors)
        .filter(([key]) => key.startsWith(`${path}.`))
        .map(([key, message]) => [key.slice(path.length + 1), message]),
    ),
});

const draw = (schema: OptionSchema, errors: Readonly<Record<string, string>> = {}, values = initialValues(schema)) =>
  render(
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        <OptionStoreProvider value={storeOf(values, errors)}>
          <OptionForm path="options" schema={schema} textPrefix="none" />
        </OptionStoreProvider>
      </TRPCProvider>
    </QueryClientProvider>,
  );

const unescape = (html: string) => html.replaceAll('&#x27;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&');

/** What is in a folded group is not drawn before somebody unfolds it. */
const unfolded = (schema: OptionSchema): OptionSchema => ({
  ...schema,
  properties: Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, { group: _group, ...field }]) => [name, field]),
  ),
});

const schemas: readonly (readonly [string, OptionSchema])[] = [
  ...allDrivers.map(({ id, driver }) => [`options of ${id}`, describeOptions(driver.options)] as const),
  ...allDrivers.flatMap(({ id, driver }) =>
    driver.credential ? [[`credential of ${id}`, describeOptions(driver.credential.schema)] as const] : [],
  ),
  ['engine settings', describeOptions(engineSettings)],
];

describe('OptionForm', () => {
  it.each(schemas)('draws every field of the %s, and every variant', (_name, given) => {
    const schema = unfolded(given);
    const html = unescape(draw(schema));
    for (const [name, field] of Object.entries(schema.properties ?? {})) {
      expect(fieldShape(field), name).toBeDefined();
      expect(html.includes(`${field.title}`), `${name} is drawn`).toBe(true);
      for (const variant of field.oneOf ?? []) {
        const kind = variant.properties?.['kind']?.const;
        const drawn = unescape(draw(schema, {}, initialValues(schema, { [name]: { kind } })));
        for (const { title } of Object.values(variant.properties ?? {})) {
          if (title) expect(drawn.includes(title), `${title} of ${String(kind)} is drawn`).toBe(true);
        }
      }
    }
  });

  const small: OptionSchema = {
    type: 'object',
    required: ['address'],
    properties: {
      address: { type: 'string', title: 'Address', description: 'Where it is' },
      sizeGiB: { type: 'integer', title: 'Size', unit: 'GiB', default: 10 },
      token: { type: 'string', title: 'Token', secret: true },
      mirrors: { type: 'array', items: { type: 'string' }, title: 'Mirrors', group: 'Registries' },
      environment: {
        type: 'object',
        additionalProperties: { type: 'string' },
        title: 'Environment',
        group: 'Registries',
      },
    },
  };

  it('marks what is required, shows units and hides secrets', () => {
    const html = draw(small);
    expect(html).toMatch(
      /<input[^>]*required=""[^>]*data-path="options.address"|data-path="options.address"[^>]*required=""/,
    );
    expect(html).toContain('10 GiB');
    expect(html).toMatch(/type="password"[^>]*data-path="options.token"|data-path="options.token"[^>]*type="password"/);
  });

  it('puts each error at its field: of a value in a list with the value, of a row under its row', () => {
    const values = { ...initialValues(small), mirrors: ['ftp://x'], environment: [{ name: '1BAD', value: 'x' }] };
    const errors = {
      'options.address': 'No host.',
      'options.mirrors.0': 'Not a URL.',
      'options.environment.1BAD': 'Not a name.',
    };
    const html = draw(small, errors, values);
    expect(html).toContain('No host.');
    expect(html).toContain('ftp://x: Not a URL.');
    expect(html).toContain('Not a name.');
    expect(html.match(/aria-invalid="true"/g)).toHaveLength(3);
  });

  it('folds groups, and unfolds one that holds an error', () => {
    const isOpen = (html: string) => /aria-expanded="true"[^>]*>(?:(?!aria-expanded).)*Registries/.test(html);
    expect(isOpen(draw(small))).toBe(false);
    expect(
      isOpen(draw(small, { 'options.mirrors.0': 'Not a URL.' }, { ...initialValues(small), mirrors: ['x'] })),
    ).toBe(true);
  });
});
