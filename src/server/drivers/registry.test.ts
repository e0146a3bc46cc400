import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { rejection } from '../../../test/support/rejection';
import { allDrivers, availableDrivers, getAvailableDriver, getDriver } from './registry';

const source = fileURLToPath(new URL('../../', import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));

const sourceFiles = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test(-support)?\.tsx?$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name))
  .filter((path) => !path.includes(join('db', 'generated')));

describe('driver registry', () => {
  it.each(allDrivers.map(({ id }) => id))('has a folder for %s whose test keeps the contract', (id) => {
    expect(readFileSync(join(here, id, `${id}.test.ts`), 'utf8')).toContain('itKeepsTheDriverContract(');
  });

  // A branch on a driver's id anywhere else would make the next driver need a change there too.
  it.each(allDrivers.map(({ id }) => id))('is the only place outside its folder that names the driver %s', (id) => {
    const naming = new RegExp(`(['"\`])${id}\\1|\\b${id}:`);
    const offenders = sourceFiles
      .filter((path) => !path.startsWith(join(here, id)) && path !== join(here, 'registry.ts'))
      .filter((path) => naming.test(readFileSync(path, 'utf8')))
      .map((path) => relative(source, path));
    expect(offenders).toEqual([]);
  });

  it('sends nobody who reads a form into the folders of the source', () => {
    const texts = allDrivers.flatMap(({ driver: { description, needs } }) => [description, needs]);
    expect(texts.filter((text) => /\b(docs|src)\//.test(text))).toEqual([]);
  });

  it('offers development drivers only where the settings allow them', () => {
    const development = availableDrivers(true).filter(({ driver }) => driver.availability === 'development');
    expect(development).not.toEqual([]);
    expect(availableDrivers(false).every(({ driver }) => driver.availability === 'production')).toBe(true);
    for (const { id } of development) {
      expect(() => getAvailableDriver(id, false)).toThrow(/There is no driver/);
      expect(getDriver(id)).toBeDefined();
    }
  });

  it('refuses an id that it does not have, also one that every object has', async () => {
    for (const id of ['nowhere', 'constructor', '__proto__', 'toString']) {
      expect(await rejection(Promise.resolve().then(() => getDriver(id)))).toMatchObject({ code: 'driver.unknown' });
    }
  });
});
