import { describe, expect, it } from 'vitest';

import { AppError } from '@/server/errors/app-error';

import { apt } from '../apt/apt';
import { engineSource } from '../engine-source';
import { contextOn, ScriptedHost } from '../scripted-host.test-support';

describe('installEngine', () => {
  const request = {
    source: engineSource.parse({ kind: 'distribution' }),
    repository: { distribution: 'debian', suite: 'bookworm' },
    distributionPackages: ['docker.io', 'docker-cli'],
    environment: {},
  };
  const look = 'look for an installed engine';
  const present = {
    stdout: '::snap=no\n::program=/usr/sbin/dockerd\n::package=docker.io installed 20.10.24+dfsg1-1\n',
  };

  const notes = { 'look up the added packages': [{}] };

  it('keeps an engine that is there, whatever the source', async () => {
    for (const source of [
      { kind: 'distribution' },
      { kind: 'docker-repository' },
      { kind: 'script' },
      { kind: 'present' },
    ]) {
      const host = new ScriptedHost({ [look]: [present], ...notes });
      const result = await apt.installEngine(contextOn(host), { ...request, source: engineSource.parse(source) });
      expect(result).toEqual({ changed: false, packageVersion: '20.10.24+dfsg1-1' });
    }
  });

  it('keeps an engine of the wanted version, and says what it does about another one', async () => {
    const host = new ScriptedHost({
      [look]: [present],
      ...notes,
      'read the package lists': [
        { stdout: `::offers=${Buffer.from('docker.io | 20.10.25-1 | x Packages\n').toString('base64')}\n` },
      ],
      'look at the running containers': [{}],
      'install packages': [{}],
    });
    const ctx = contextOn(host);
    expect(await apt.installEngine(ctx, { ...request, version: '20.10' })).toMatchObject({ changed: false });
    await apt.installEngine(ctx, { ...request, version: '20.10.25' });
    expect(ctx.log.text()).toContain('The host has docker.io 20.10.24+dfsg1-1; the settings ask for 20.10.25');
    expect(host.commands.at(-2)?.script.shell).toContain("'docker.io=20.10.25-1'");
  });

  it.each([
    ['a snap', { stdout: '::snap=yes\n' }, { kind: 'distribution' }, 'provision.engine-missing', /snap remove docker/],
    [
      'none where one should be',
      { stdout: '::snap=no\n' },
      { kind: 'present' },
      'provision.engine-missing',
      /has no docker.service/,
    ],
  ])('refuses %s', async (...[, answer, source, code, message]) => {
    const host = new ScriptedHost({ [look]: [answer] });
    const attempt = apt.installEngine(contextOn(host), { ...request, source: engineSource.parse(source) });
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toMatchObject({ code });
    await expect(attempt).rejects.toBeInstanceOf(AppError);
  });

  it("refuses Docker's repository where it has nothing for the system", async () => {
    const host = new ScriptedHost({ [look]: [{ stdout: '::snap=no\n::fetch=yes\n' }] });
    const source = engineSource.parse({ kind: 'docker-repository' });
    const attempt = apt.installEngine(contextOn(host), { ...request, source, repository: null });
    await expect(attempt).rejects.toThrow(/has no packages for the host's system\. Choose/);
  });
});
