import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it, describe, onTestFinished } from 'vitest';

import { parseReport } from '../host/report';
import { runScript } from '../host/run';
import { contextOn, localShell } from '../scripted-host.test-support';
import { pidFileProbe, readLockHolders } from './locks';

describe('locks', () => {
  it('name each process once, with its command line', () => {
    const report = parseReport(
      '::lock=812 /var/lib/dpkg/lock-frontend /usr/bin/python3 /usr/bin/unattended-upgrade --download-only \n::lock=812 /var/lib/dpkg/lock x\n::lock=9 /var/lib/apt/lists/lock \n',
    );
    expect(readLockHolders(report)).toEqual([
      {
        pid: 812,
        lockFile: '/var/lib/dpkg/lock-frontend',
        command: '/usr/bin/python3 /usr/bin/unattended-upgrade --download-only',
      },
      { pid: 9, lockFile: '/var/lib/apt/lists/lock', command: 'a process' },
    ]);
  });

  it('in a file with a number count while there is such a process', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'quaymaster-locks-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const files = { mine: String(process.pid), gone: '4194305', empty: '', other: 'x; echo' };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const paths = [...Object.keys(files), 'missing'].map((name) => join(folder, name));
    const { report } = await runScript(contextOn(localShell), {
      name: 'look',
      script: pidFileProbe(paths),
      timeoutMs: 10_000,
    });
    expect(readLockHolders(report)).toEqual([
      { pid: process.pid, lockFile: join(folder, 'mine'), command: expect.stringMatching(/node/) as string },
    ]);
  });
});
