import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { describeOptions } from './describe-options';
import { loadExternalDrivers } from './external';
import { availableDrivers, findDriver, getDriver, setExternalDrivers } from './registry';

const dataDir = mkdtempSync(join(tmpdir(), 'quaymaster-drivers-'));
const example = fileURLToPath(new URL('../../../examples/driver-shelf/index.ts', import.meta.url));
const load = (...specs: string[]) => loadExternalDrivers(specs, { dataDir, taken: ['generic'] });

const install = (name: string, text: string, entry: Record<string, unknown> = { main: 'index.js' }) => {
  const folder = join(dataDir, 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0', type: 'module', ...entry }));
  writeFileSync(join(folder, 'index.js'), text);
};

beforeAll(async () => {
  const folder = join(dataDir, 'node_modules/driver-shelf');
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [example],
    outfile: join(folder, 'index.js'),
    bundle: true,
    format: 'esm',
    platform: 'node',
  });
  writeFileSync(join(folder, 'package.json'), '{"name":"driver-shelf","type":"module","main":"index.js"}');
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));
afterEach(() => setExternalDrivers([]));

describe('drivers that the settings name', () => {
  it('are loaded from the data folder and offered like the others, with a form', async () => {
    expect(findDriver('shelf')).toBeNull();
    setExternalDrivers(await load('driver-shelf'));
    expect(availableDrivers(false).map(({ id }) => id)).toContain('shelf');
    expect(getDriver('shelf')).toBe(getDriver('shelf'));
    const { properties } = describeOptions(getDriver('shelf').options);
    expect(properties).toMatchObject({
      url: { title: 'Shelf' },
      token: { secret: true },
      sshKeyId: { widget: 'ssh-key' },
    });
  });

  it('are loaded by a path as well', async () => {
    const [loaded] = await load(join(dataDir, 'node_modules/driver-shelf/index.js'));
    expect(loaded?.module.id).toBe('shelf');
  });

  const good = `label: 'A', description: 'B.', needs: 'C.', icon: 'server', availability: 'production', provisioning: 'none',
    state: z.strictObject({}), target() {}, create() {}, observe() {}, remove() {}`;
  const lacks = `unsupported: { start: 'no', stop: 'no', restart: 'no', kill: 'no', pause: 'no', save: 'no', account: 'no' }`;
  const moduleOf = (driver: string, head = "id: 'other', contract: 1") =>
    `export default { ${head}, make: ({ z }) => (${driver}) }`;

  it.each<[string, Record<string, unknown>]>([
    ['exports for import only', { exports: { '.': { import: './index.js' } } }],
    ['exports with types and a default', { exports: { types: './index.d.ts', default: './index.js' } }],
    ['a single export', { exports: './index.js' }],
  ])('are loaded from a package with %s', async (title, entry) => {
    const name = `driver-${title.replaceAll(' ', '-')}`;
    install(name, moduleOf(`{ ${good}, options: z.strictObject({}), ${lacks} }`), entry);
    const [loaded] = await load(name);
    expect(loaded?.module.id).toBe('other');
  });

  it('are not said to be missing where their package exports something else', async () => {
    install('driver-inner', 'export default 1', { exports: { './inner': './index.js' } });
    const refused = load('driver-inner');
    await expect(refused).rejects.toThrow(/cannot be found in .* \(ERR_PACKAGE_PATH_NOT_EXPORTED\): No "exports" main/);
    await expect(refused).rejects.not.toThrow(/Install it/);
  });

  it.each([
    ['account: {}', /account\.key is no function/],
    ['account: { key() {}, inventory() {} }', /account\.discard is no function/],
    ['account: 1', /account is no object/],
    ['credential: { check() {} }', /credential\.schema is no object schema/],
    ['credential: { schema: z.strictObject({}) }', /credential\.check is no function/],
    ['choices: { region: [] }', /choices\.region is no function/],
    ['choices: 1', /choices is no object of functions/],
    ['precheck: true', /precheck is no function/],
  ])('stop the start where one has %s', async (part, says) => {
    const name = `driver-with-${part.replaceAll(/[^a-z]+/g, '-')}-${part.length}`;
    install(name, moduleOf(`{ ${good}, options: z.strictObject({}), ${lacks}, ${part} }`));
    await expect(load(name)).rejects.toThrow(says);
  });

  it.each([
    ['is not installed', null, /is not there \(ERR_MODULE_NOT_FOUND\)\. Install it with: npm install --prefix/],
    ['cannot be loaded', 'import "./nothing.js"', /cannot be loaded: Cannot find module/],
    ['has no default export', 'export const id = 1', /its default export/],
    ['was written for another contract', moduleOf('{}', "id: 'other', contract: 2"), /contract is not 1/],
    ['has an id with other characters', moduleOf('{}', "id: 'Other', contract: 1"), /id is not made of lower case/],
    ['has an id that is taken', moduleOf('{}', "id: 'generic', contract: 1"), /has the id "generic"/],
    [
      'throws',
      'export default { id: "other", contract: 1, make() { throw new Error("no"); } }',
      /fails when it is made: no/,
    ],
    ['lacks a verb that every driver has', moduleOf("{ label: 'A' }"), /description is no text/],
    [
      'has options that allow others',
      moduleOf(`{ ${good}, options: z.looseObject({}), ${lacks} }`),
      /no strict object/,
    ],
    [
      'has an option that no form can draw',
      moduleOf(`{ ${good}, options: z.strictObject({ at: z.any() }), ${lacks} }`),
      /cannot draw its option "at"/,
    ],
    [
      'does not say why a verb is absent',
      moduleOf(`{ ${good}, options: z.strictObject({}), unsupported: {} }`),
      /either "start" or a sentence/,
    ],
  ])('stop the start where one %s', async (title, text, says) => {
    const name = `driver-${title.replaceAll(/[^a-z]+/g, '-')}`;
    if (text !== null) install(name, text);
    const refused = load(name);
    await expect(refused).rejects.toThrow(says);
    await expect(refused).rejects.toMatchObject({ name: 'SettingsError' });
  });
});
