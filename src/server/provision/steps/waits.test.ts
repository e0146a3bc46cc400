import { describe, expect, it } from 'vitest';

import { sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { recordLog, type ScriptedAnswer, ScriptedHost } from '../scripted-host.test-support';
import { waitCloudInit } from './wait-cloud-init';
import { waitForPackages } from './wait-packages';

/** A clock that jumps instead of waiting. */
function jumpingContext(
  answers: Record<string, readonly ScriptedAnswer[]>,
): ProvisionContext & { log: ReturnType<typeof recordLog> } {
  let now = 0;
  const clock = {
    now: () => new Date(now),
    sleep: (ms: number) => {
      now += ms;
      return Promise.resolve();
    },
  };
  return { host: new ScriptedHost(answers), log: recordLog(), signal: new AbortController().signal, clock };
}

const blob = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');

describe('waitCloudInit', () => {
  const running = (stage: string | null) => ({ stdout: `::state=running\n::status=${blob({ v1: { stage } })}\n` });

  it('ends at once on a host without cloud-init', async () => {
    const ctx = jumpingContext({ 'look at cloud-init': [{ stdout: '::state=absent\n' }] });
    expect(await waitCloudInit(ctx)).toEqual({ state: 'absent', errors: '' });
    expect(ctx.clock.now().getTime()).toBe(0);
  });

  it('waits for the end, says each stage once, and shows the errors that it ended with', async () => {
    const done = {
      stdout: `::state=done\n::result=${blob({ v1: { datasource: 'x', errors: ['user-data is no YAML'] } })}\n`,
    };
    const ctx = jumpingContext({
      'look at cloud-init': [running('init'), running('init'), running(null), running('modules-final'), done],
    });
    expect(await waitCloudInit(ctx)).toEqual({ state: 'done', errors: 'user-data is no YAML' });
    expect(ctx.log.texts).toEqual([
      'console Waiting: cloud-init is still setting up the host, at its stage init.',
      'console Waiting: cloud-init is still setting up the host, between two of its stages.',
      'console Waiting: cloud-init is still setting up the host, at its stage modules-final.',
      'console cloud-init has ended.',
      'console cloud-init ended with errors: user-data is no YAML',
    ]);
  });

  it('gives up at its deadline with what it saw last', async () => {
    const ctx = jumpingContext({ 'look at cloud-init': [running('modules-config')] });
    await expect(waitCloudInit(ctx, { timeoutMs: 5000 })).rejects.toThrow(
      /job.step-timeout: .* within 5 s. Last seen: .* stage modules-config/,
    );
  });
});

describe('waitForPackages', () => {
  const locks = { probe: sh`probe` };
  const held = { stdout: '::lock=812 /var/lib/dpkg/lock-frontend /usr/bin/unattended-upgrade\n' };

  it('says who holds the lock while it waits', async () => {
    const ctx = jumpingContext({ 'look for package locks': [held, held, {}] });
    await waitForPackages(ctx, locks);
    expect(ctx.log.texts).toEqual([
      'console Waiting: the package manager is used by "/usr/bin/unattended-upgrade" (process 812).',
    ]);
  });

  it('gives up at its deadline and names the holder', async () => {
    const ctx = jumpingContext({ 'look for package locks': [held] });
    const attempt = waitForPackages(ctx, { ...locks, timeoutMs: 2000 });
    await expect(attempt).rejects.toMatchObject({ code: 'provision.packages-locked' });
    await expect(attempt).rejects.toThrow(/unattended-upgrade/);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const ctx = { ...jumpingContext({ 'look for package locks': [held] }), signal: stop.signal };
    stop.abort(new Error('cancelled'));
    await expect(waitForPackages(ctx, locks)).rejects.toThrow('cancelled');
  });
});
