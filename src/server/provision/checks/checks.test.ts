import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { AppError } from '@/server/errors/app-error';

import { hostChecks } from '../checks';
import { engineSettings } from '../engine-settings';
import { debianUnit, socketUnit, withExecStart } from '../engine/unit.test-support';
import { parseReport } from '../host/report';
import { contextOn, ScriptedHost } from '../scripted-host.test-support';
import type { CheckResult, HostCheckId, HostCheckInput, Judge } from './check';
import { judgeEngine, judgePort } from './judge-engine';
import { judgeClock, judgeDisk, judgeOs, judgePackages, judgeSudo } from './judge-system';
import { skew } from './look-at-host';

const os = (name: string) => readFileSync(new URL(`../fixtures/os-release/${name}`, import.meta.url), 'utf8');
const blob = (name: string, text: string) => `::${name}=${Buffer.from(text).toString('base64')}\n`;

interface Seen {
  readonly facts: string;
  readonly sudoRefusal?: string;
  readonly clockSkewMs?: number;
  readonly input?: Partial<HostCheckInput>;
}

function judge(judgement: Judge, { facts, sudoRefusal, clockSkewMs = 0, input = {} }: Seen): CheckResult {
  return judgement(
    { report: parseReport(facts), sudoRefusal: sudoRefusal ?? null, clockSkewMs },
    { settings: engineSettings.parse({}), port: 2376, ...input },
  );
}

const gib = (amount: number) => amount * 1024 * 1024;
const engineFacts = (more = '', service = debianUnit) =>
  `::docker.service.LoadState=loaded\n${blob('unit.docker.service', service)}${blob('unit.docker.socket', socketUnit)}${blob('unit.environment', '')}${more}`;
const info = (change: object = {}) =>
  blob(
    'info',
    JSON.stringify({
      Containers: 3,
      ContainersRunning: 2,
      ContainersPaused: 0,
      ContainersStopped: 1,
      Images: 4,
      Driver: 'overlay2',
      DockerRootDir: '/var/lib/docker',
      KernelVersion: '6.1',
      OperatingSystem: 'Debian',
      Architecture: 'x86_64',
      NCPU: 2,
      MemTotal: 1024,
      Name: 'h',
      ServerVersion: '20.10.24',
      LiveRestoreEnabled: false,
      Swarm: { LocalNodeState: 'inactive' },
      ...change,
    }),
  );
const owner = (console: string, machine = 'm1') => blob('owner', JSON.stringify({ console, machine }));
const me = { console: 'https://console.example.org', machine: 'm1' };
const tcp2375 = 'DOCKER_OPTS="-H tcp://0.0.0.0:2376"';

describe('judges', () => {
  it.each<[string, Judge, Seen, CheckResult['status'], RegExp]>([
    ['root', judgeSudo, { facts: '::uid=0' }, 'ok', /run as root/],
    [
      'no sudo',
      judgeSudo,
      { facts: '::uid=1000', sudoRefusal: 'sudo is not installed.' },
      'failed',
      /sudo is not installed/,
    ],
    ['a sudo that changes to somebody else', judgeSudo, { facts: '::uid=1001' }, 'failed', /user 1001/],
    ['Debian 12', judgeOs, { facts: `::systemd=yes\n${blob('os', os('debian-12'))}` }, 'ok', /^Debian GNU\/Linux 12/],
    [
      'Linux Mint',
      judgeOs,
      { facts: `::systemd=yes\n${blob('os', os('linuxmint-21.3'))}` },
      'warning',
      /^Linux Mint 21.3/,
    ],
    [
      'Rocky',
      judgeOs,
      { facts: `::systemd=yes\n${blob('os', os('rocky-9.3'))}` },
      'failed',
      /Rocky Linux 9.3 .* is not supported/,
    ],
    ['Debian in a plain container', judgeOs, { facts: blob('os', os('debian-12')) }, 'failed', /without systemd/],
    ['an unknown system', judgeOs, { facts: '' }, 'failed', /no \/etc\/os-release/],
    [
      'room',
      judgeDisk,
      { facts: `::disk=${gib(100)} ${gib(50)}\n::disk.folder=/var/lib` },
      'ok',
      /50.0 GiB of 100.0 GiB free .* \(\/var\/lib\)/,
    ],
    ['little room', judgeDisk, { facts: `::disk=${gib(20)} ${gib(9)}` }, 'warning', /9.0 GiB of 20.0 GiB/],
    ['too little room', judgeDisk, { facts: `::disk=${gib(20)} ${gib(1)}` }, 'failed', /1.0 GiB/],
    [
      'too little room for an engine that is there',
      judgeDisk,
      { facts: `::docker.service.LoadState=loaded\n::disk=${gib(20)} ${gib(1)}` },
      'warning',
      /1.0 GiB/,
    ],
    ['the same time', judgeClock, { facts: '', clockSkewMs: 900 }, 'ok', /In step/],
    ['a clock that is late', judgeClock, { facts: '', clockSkewMs: -20_000 }, 'warning', /20 s behind/],
    ['a clock that is far ahead', judgeClock, { facts: '', clockSkewMs: 3_600_000 }, 'failed', /3600 s ahead/],
    ['free packages', judgePackages, { facts: '' }, 'ok', /Free/],
    [
      'packages in use',
      judgePackages,
      { facts: '::lock=12 /var/lib/dpkg/lock apt-get upgrade' },
      'warning',
      /"apt-get upgrade" \(process 12\)/,
    ],
    ['a broken installation', judgePackages, { facts: '::packages.interrupted=yes' }, 'warning', /broke off/],
    ['a free port', judgePort, { facts: '' }, 'ok', /2376 is free/],
    [
      'our own engine',
      judgePort,
      { facts: '::port.taken=yes\n::port.holder=1 systemd\n::port.holder=90 dockerd\n::own=yes' },
      'ok',
      /served by the engine/,
    ],
    [
      'an engine of its own',
      judgePort,
      { facts: '::port.taken=yes\n::port.holder=90 dockerd' },
      'warning',
      /settings of its own/,
    ],
    [
      'something else',
      judgePort,
      { facts: '::port.taken=yes\n::port.holder=77 nginx\n::port.holder=78 nginx' },
      'failed',
      /nginx \(process 77\), nginx \(process 78\)/,
    ],
    [
      'something that only root can see',
      judgePort,
      { facts: '::port.taken=yes', sudoRefusal: 'no' },
      'failed',
      /another process/,
    ],
    ['no engine yet', judgeEngine, { facts: '' }, 'ok', /Not there yet; it comes from the distribution's packages/],
    [
      'no engine where one should be',
      judgeEngine,
      { facts: '', input: { settings: engineSettings.parse({ source: { kind: 'present' } }) } },
      'failed',
      /no engine on the host/,
    ],
    ['a snap', judgeEngine, { facts: '::snap=yes' }, 'failed', /as a snap/],
    ['a masked engine', judgeEngine, { facts: '::docker.service.LoadState=masked' }, 'failed', /masked docker.service/],
    [
      'an engine with containers',
      judgeEngine,
      { facts: engineFacts(info()) },
      'ok',
      /^Docker 20.10.24, 2 containers run$/,
    ],
    ['an engine that is stopped', judgeEngine, { facts: engineFacts() }, 'ok', /it is stopped/],
    [
      'a swarm',
      judgeEngine,
      { facts: engineFacts(info({ Swarm: { LocalNodeState: 'active' } })) },
      'warning',
      /part of a swarm/,
    ],
    [
      'our own machine',
      judgeEngine,
      { facts: engineFacts(info() + owner(me.console)), input: { owner: me } },
      'ok',
      /^Docker/,
    ],
    [
      'a machine of another console',
      judgeEngine,
      { facts: engineFacts(info() + owner('https://other.example.org')), input: { owner: me } },
      'warning',
      /managed by the console https:\/\/other.example.org/,
    ],
    [
      'another machine of this console',
      judgeEngine,
      { facts: engineFacts(info() + owner(me.console, 'm2')), input: { owner: me } },
      'warning',
      /machine of this console already/,
    ],
    [
      'a broken daemon.json',
      judgeEngine,
      { facts: engineFacts(blob('daemon', '{"a" 1}')) },
      'failed',
      /line 1, column 6/,
    ],
    [
      'another program in the unit',
      judgeEngine,
      { facts: engineFacts('', withExecStart('/usr/bin/podman system service')) },
      'failed',
      /starts \/usr\/bin\/podman/,
    ],
    [
      'a port in /etc/default/docker',
      judgeEngine,
      { facts: engineFacts(info()).replace('::unit.environment=\n', blob('unit.environment', tcp2375)) },
      'failed',
      /by itself/,
    ],
  ])('%s', (...[, judgement, seen, status, message]) => {
    const result = judge(judgement, seen);
    expect(result.message).toMatch(message);
    expect(result.status).toBe(status);
  });

  it('say everything that is doubtful about a system', () => {
    const facts = `::systemd=yes\n::selinux=1\n${blob('os', os('amazon-linux-2023'))}`;
    expect(judge(judgeOs, { facts })).toMatchObject({
      status: 'warning',
      advice: expect.stringMatching(
        /stand-in.*; it should work\. SELinux is enforcing, .* choose the engine/,
      ) as string,
    });
    expect(judge(judgeOs, { facts: facts.replace('selinux=1', 'selinux=0') }).advice).not.toContain('SELinux');
  });
});

describe('skew', () => {
  it.each([
    [1500, 0],
    [1000, 0],
    [900, -100],
    [2600, 600],
  ])('a host that says %i between 1000 and 2000 is off by %i', (hostTime, off) => {
    expect(skew(hostTime, { askedAt: 1000, answeredAt: 2000 })).toBe(off);
  });
});

describe('hostChecks', () => {
  const input = { settings: engineSettings.parse({}), port: 2376 };
  const answer = {
    stdout: `time ${Date.now() / 1000}.0\n::uid=0\n::systemd=yes\n${blob('os', os('debian-12'))}::disk=${gib(50)} ${gib(40)}\n`,
  };

  it('read the host once for all of them, and write nothing of that to the log', async () => {
    const host = new ScriptedHost({ 'look at the host': [{ ...answer, stdout: answer.stdout.replace('.0\n', '\n') }] });
    const ctx = contextOn(host);
    const results: Partial<Record<HostCheckId, string>> = {};
    for (const check of hostChecks(input)) results[check.id] = (await check.run(ctx)).status;
    expect(results).toEqual({
      sudo: 'ok',
      os: 'ok',
      disk: 'ok',
      clock: 'ok',
      packages: 'ok',
      port: 'ok',
      engine: 'ok',
    });
    expect(host.commands).toHaveLength(1);
    expect(ctx.log.texts).toEqual([]);
  });

  it('tell what can be told without root rights', async () => {
    const host = new ScriptedHost({ 'look at the host': [answer] });
    const run = host.run.bind(host);
    host.run = (command) =>
      command.sudo
        ? Promise.reject(new AppError({ code: 'provision.sudo-refused', public: 'No sudo.' }))
        : run(command);
    const ctx = contextOn(host);
    const [sudo, system] = hostChecks(input);
    expect(await sudo?.run(ctx)).toEqual({ status: 'failed', message: 'No sudo.' });
    expect(await system?.run(ctx)).toMatchObject({ status: 'ok' });
  });

  it('pass on what the connection throws, and look again the next time', async () => {
    const host = new ScriptedHost({ 'look at the host': [answer] });
    const run = host.run.bind(host);
    let isDown = true;
    host.run = (command) =>
      isDown ? Promise.reject(new AppError({ code: 'ssh.connection-lost', public: 'Lost.' })) : run(command);
    const [sudo] = hostChecks(input);
    await expect(sudo?.run(contextOn(host))).rejects.toMatchObject({ code: 'ssh.connection-lost' });
    isDown = false;
    expect(await sudo?.run(contextOn(host))).toMatchObject({ status: 'ok' });
  });
});
