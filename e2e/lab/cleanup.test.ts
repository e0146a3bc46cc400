import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';

import { labAvailable, prepareLab, sweepLab } from './lab';
import { tracesOf } from './traces';

const available = await labAvailable();
const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

const ownedShape = z.object({ host: z.string(), database: z.string() });

interface Owner extends z.infer<typeof ownedShape> {
  process: ChildProcess;
}

function startFixture(file: string, env: NodeJS.ProcessEnv = process.env): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', pathOf(file)], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

function startOwner(): Promise<Owner> {
  const child = startFixture('fixture-owner.ts');
  return new Promise((resolve, reject) => {
    child.on('exit', () => reject(new Error('the owner ended before it owned anything')));
    child.stdout?.once('data', (line: Buffer) => {
      resolve({ process: child, ...ownedShape.parse(JSON.parse(line.toString())) });
    });
  });
}

const allTraces = (owner: Owner): string[] => [...tracesOf(owner.host), ...tracesOf(owner.database)];

describe.runIf(available.ok)('what a process made in the lab', () => {
  beforeAll(() => prepareLab(['bookworm']), 20 * 60_000);

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
    'is gone soon after the process was ended by %s',
    async (signal) => {
      const owner = await startOwner();
      expect(tracesOf(owner.host)).not.toEqual([]);
      expect(tracesOf(owner.database)).not.toEqual([]);
      owner.process.kill(signal);
      await expect.poll(() => allTraces(owner), { timeout: 15_000 }).toEqual([]);
      await expect.poll(() => owner.process.signalCode, { timeout: 30_000 }).toBe(signal);
    },
  );

  it('is swept by the next one when the watchers were killed as well', async () => {
    const owner = await startOwner();
    for (const name of [`hosts/${owner.host}`, `databases/${owner.database}`]) {
      const [watcher] = readFileSync(`/run/quaymaster-lab/${name}/watcher`, 'utf8').split(' ');
      process.kill(-Number(watcher), 'SIGKILL');
    }
    owner.process.kill('SIGKILL');
    await expect.poll(() => owner.process.signalCode, { timeout: 30_000 }).toBe('SIGKILL');
    expect(tracesOf(owner.host)).not.toEqual([]);
    await sweepLab();
    expect(allTraces(owner)).toEqual([]);
  });
});

describe.runIf(available.ok)('making a base', () => {
  it('leaves no process, no mount and no half base when the process that wanted it was killed', async () => {
    const cache = mkdtempSync(join(tmpdir(), 'lab-cache-'));
    onTestFinished(() => rmSync(cache, { recursive: true }));
    const builder = startFixture('fixture-builder.ts', { ...process.env, QUAYMASTER_LAB_DIR: cache });
    const log = join(cache, 'bases/bookworm.log');
    await expect.poll(() => existsSync(log) && readFileSync(log, 'utf8'), { timeout: 60_000 }).toContain('Validating');
    expect(mentionsOf(cache)).not.toEqual([]);

    builder.kill('SIGKILL');
    await expect.poll(() => mentionsOf(cache), { timeout: 15_000 }).toEqual([]);
    expect(readdirSync(join(cache, 'bases')).filter((name) => name.startsWith('bookworm-'))).toEqual([]);
  });
});

/** Mounts below a path, and processes that were started for it. */
function mentionsOf(path: string): string[] {
  const commands = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    });
  return [...commands, ...readFileSync('/proc/self/mountinfo', 'utf8').split('\n')].filter((line) =>
    line.includes(path),
  );
}
