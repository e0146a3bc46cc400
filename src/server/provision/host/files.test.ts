import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { contextOn, localShell } from '../scripted-host.test-support';
import { ensureFiles } from './files';

const isRoot = userInfo().uid === 0;

describe.skipIf(!isRoot)('ensureFiles (as root)', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quaymaster-files-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const ensure = (
    files: Parameters<typeof ensureFiles>[1]['files'],
    folders: Parameters<typeof ensureFiles>[1]['folders'] = [],
  ) => {
    const ctx = contextOn(localShell);
    return ensureFiles(ctx, { name: 'write', files, folders }).then((changed) => ({ changed, log: ctx.log.text() }));
  };
  const at = (name: string) => join(folder, name);
  const mode = (name: string) => (statSync(at(name)).mode & 0o777).toString(8);

  it('writes several files with their modes in one go, and their folder', async () => {
    const { changed } = await ensure(
      [
        { path: at('in/a.pem'), content: 'one\n', mode: 0o600 },
        { path: at('in/b'), content: '', mode: 0o644 },
        { path: at('other/c'), content: Buffer.from([0, 255, 10]), mode: 0o640 },
      ],
      [{ path: at('in'), mode: 0o700 }],
    );
    expect(changed).toEqual([at('in/a.pem'), at('in/b'), at('other/c')]);
    expect(readFileSync(at('in/a.pem'), 'utf8')).toBe('one\n');
    expect(readFileSync(at('in/b'))).toHaveLength(0);
    expect([...readFileSync(at('other/c'))]).toEqual([0, 255, 10]);
    expect(['in', 'in/a.pem', 'in/b', 'other', 'other/c'].map(mode)).toEqual(['700', '600', '644', '755', '640']);
  });

  it('does not touch what is as it should be', async () => {
    const file = { path: at('a'), content: 'same', mode: 0o600 };
    await ensure([file]);
    const before = lstatSync(at('a'));
    expect(await ensure([file])).toEqual({ changed: [], log: '' });
    expect(lstatSync(at('a'))).toMatchObject({ ino: before.ino, ctimeMs: before.ctimeMs });
  });

  it('corrects content, mode and kind', async () => {
    writeFileSync(at('content'), 'old', { mode: 0o600 });
    writeFileSync(at('mode'), 'x', { mode: 0o644 });
    writeFileSync(at('target'), 'x', { mode: 0o600 });
    symlinkSync(at('target'), at('link'));
    const files = ['content', 'mode', 'link'].map((name) => ({ path: at(name), content: 'x', mode: 0o600 }));
    expect((await ensure(files)).changed).toEqual(files.map(({ path }) => path));
    expect(lstatSync(at('link')).isSymbolicLink()).toBe(false);
    expect(mode('mode')).toBe('600');
  });

  it('removes what must not be there, a dangling link as well', async () => {
    writeFileSync(at('a'), 'x');
    symlinkSync('/nowhere', at('b'));
    const gone = ['a', 'b', 'c'].map((name) => ({ path: at(name), content: null, mode: 0o644 }));
    expect((await ensure(gone)).changed).toEqual([at('a'), at('b')]);
    expect((await ensure(gone)).changed).toEqual([]);
  });

  it('leaves a folder in the place of a file alone and says so', async () => {
    mkdirSync(at('a'));
    await expect(ensure([{ path: at('a'), content: 'x', mode: 0o600 }])).rejects.toThrow(/is a folder/);
  });

  it('never writes a content to the log', async () => {
    const { log } = await ensure([{ path: at('key'), content: 'very-secret', mode: 0o600 }]);
    expect(log).toBe(`stdout wrote ${at('key')}`);
  });

  it('takes names and contents as they are, whatever a shell would make of them', async () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ' ', "'", '"', '$', '`', '\\', ';', '|', '&', '*', '?', '(', '\n', 'é', '-'),
    });
    const name = text.map((part) => `n${part.replaceAll('\n', '')}`);
    await fc.assert(
      fc.asyncProperty(name, text, text, async (file, first, second) => {
        const files = [
          { path: at(file), content: first, mode: 0o600 },
          { path: at(`${file}2`), content: second, mode: 0o600 },
        ];
        await ensure(files);
        expect(files.map(({ path }) => readFileSync(path, 'utf8'))).toEqual([first, second]);
      }),
      { numRuns: 25 },
    );
  });
});
