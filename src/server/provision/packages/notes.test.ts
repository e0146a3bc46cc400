import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { sh } from '@/server/ssh/shell';

import { apt, aptTool } from '../apt/apt';
import { dnfTool } from '../dnf/dnf';
import { engineSource } from '../engine-source';
import { runScript } from '../host/run';
import { contextOn, localShell, ScriptedHost } from '../scripted-host.test-support';
import { knownVersions, offeredVersions } from './install-packages';
import { findAdded, noteAdded, type PackageNotes } from './notes';
import { prelude } from './prelude';
import type { PackageTool } from './tool';

let folder: string;
let notes: PackageNotes;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quaymaster-packages-'));
  notes = { added: join(folder, 'packages-added'), before: join(folder, 'packages-before') };
});
afterEach(() => rm(folder, { recursive: true }));

/** Puts a program of that name before the host's. */
const program = async (name: string, script: string) => {
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, name), 0o755);
};
/** The tool, with the programs of the test. */
const here = (tool: PackageTool): PackageTool => ({
  ...tool,
  environment: sh`PATH=${folder}:$PATH`,
  settle: sh`:`,
  refresh: sh`:`,
  listInstalled: sh`PATH=${folder}:$PATH; ${tool.listInstalled}`,
  listOffers: (packages) => sh`PATH=${folder}:$PATH; ${tool.listOffers(packages)}`,
});
const left = async () => (await readdir(folder)).filter((name) => name.startsWith('packages-'));
const run = (tool: PackageTool, end: 'remember_packages' | 'note_added_packages') =>
  runScript(contextOn(localShell), {
    name: 'note packages',
    script: sh`${prelude(tool, {})}
${noteAdded(tool, notes)}
${end === 'remember_packages' ? sh`remember_packages` : sh`note_added_packages`}`,
    expect: 'any',
    timeoutMs: 10_000,
  });

describe.each([
  { tool: dnfTool, lister: 'rpm', line: (name: string) => `${name} ${name}.x86_64 ${name}-1-1`, suffix: '.x86_64' },
  { tool: aptTool, lister: 'dpkg-query', line: (name: string) => `ii  ${name}`, suffix: '' },
])('what an installation adds, as $lister lists it', ({ tool, lister, line, suffix }) => {
  const has = (...names: string[]) => program(lister, names.map((name) => `echo '${line(name)}'`).join('\n'));

  it('is what was not there before, also where the installation broke off', async () => {
    await has('bash', 'curl');
    expect((await run(here(tool), 'remember_packages')).exitCode).toBe(0);
    await has('bash', 'curl', 'docker');
    expect(await findAdded(contextOn(localShell), here(tool), notes)).toEqual([`docker${suffix}`]);
    expect(await left()).toEqual(['packages-added']);
  });

  it('is not everything where the list cannot be read before it, nor after it', async () => {
    for (const broken of [
      'echo "error: cannot open the database" >&2; exit 1',
      `echo '${line('bash')}'; exit 1`,
      ':',
    ]) {
      await program(lister, broken);
      const { exitCode, lines } = await run(here(tool), 'remember_packages');
      expect(exitCode).not.toBe(0);
      expect(lines).toContain('ERROR: the list of the installed packages cannot be read');
      expect(await left()).toEqual([]);
    }
    await has('bash');
    await run(here(tool), 'remember_packages');
    await program(lister, 'exit 1');
    await expect(findAdded(contextOn(localShell), here(tool), notes)).rejects.toThrow(/look up the added packages/);
    expect(await left()).toEqual(['packages-before']);
  });
});

describe('what the sources offer', () => {
  it.each([
    [dnfTool, 'dnf', "Error: Failed to download metadata for repo 'amazonlinux'"],
    [aptTool, 'apt-cache', 'E: The package cache file is corrupted'],
  ])('is told as a failure where the lists cannot be read', async (tool, asked, words) => {
    await program(asked, `echo "${words}" >&2; exit 1`);
    const attempts = [
      offeredVersions(contextOn(localShell), here(tool), { packages: ['docker'], environment: {} }),
      knownVersions(contextOn(localShell), here(tool), { packages: ['docker'] }),
    ];
    for (const attempt of await Promise.allSettled(attempts)) {
      expect(attempt).toMatchObject({
        status: 'rejected',
        reason: { message: expect.stringContaining(words.replace(/^E\w*: /, '')) as string },
      });
    }
  });

  it('is nothing where no source has it', async () => {
    await program('dnf', ':');
    expect(await knownVersions(contextOn(localShell), here(dnfTool), { packages: ['docker'] })).toEqual([]);
  });
});

describe('an engine that is there', () => {
  it('has what its installation added noted, where that broke off behind the last package', async () => {
    const host = new ScriptedHost({
      'look for an installed engine': [
        { stdout: '::snap=no\n::program=/usr/bin/dockerd\n::package=docker.io installed 20\n' },
      ],
      'look up the added packages': [{}],
    });
    const source = engineSource.parse({ kind: 'distribution' });
    const request = { source, repository: null, distributionPackages: ['docker.io'], environment: {} };
    expect(await apt.installEngine(contextOn(host), request)).toMatchObject({ changed: false });
    expect(host.commands.map(({ name }) => name)).toContain('look up the added packages');
  });
});
