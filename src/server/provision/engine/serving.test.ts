import { describe, expect, it } from 'vitest';

import { AppError } from '@/server/errors/app-error';

import type { DaemonConfig } from '../daemon-keys';
import { tlsKeys } from './daemon-json';
import { serviceDropInText, socketDropInText } from './drop-ins';
import { planServing } from './serving';
import { debianUnit, dockerMachineDropIn, engineUnit, type UnitTexts, withExecStart } from './unit.test-support';

const plan = (
  texts: UnitTexts,
  { base = {}, wanted = {}, port = 2376 }: { base?: DaemonConfig; wanted?: DaemonConfig; port?: number } = {},
) =>
  planServing({
    unit: engineUnit(texts),
    port,
    base,
    wanted: { 'live-restore': true, ...wanted, ...tlsKeys },
    hasIpv6: true,
  });

const commandLine = (serving: ReturnType<typeof plan>) => serving.execStart?.map(({ raw }) => raw).join(' ') ?? null;

const refusal = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof AppError && error.code === 'provision.engine-config-invalid') return error.public;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('planServing', () => {
  it("leaves Debian's own command line alone and lets systemd's socket unit listen", () => {
    const serving = plan({ service: debianUnit });
    expect(serving).toEqual({
      way: 'socket',
      execStart: null,
      notes: [],
      daemon: { 'live-restore': true, ...tlsKeys },
    });
    expect(socketDropInText(serving, 2376)).toContain('[Socket]\nListenStream=2376\n');
    expect(serviceDropInText(serving, {})).not.toContain('ExecStart=');
  });

  it('keeps the engine from starting without TLS where systemd hands it the port', () => {
    expect(serviceDropInText(plan({ service: debianUnit }), {})).toMatch(/^ExecStartPre=.*tlsverify/m);
  });

  it("takes over docker-machine's command line without its hosts and TLS flags, its other flags kept", () => {
    const serving = plan({ service: `${debianUnit}\n${dockerMachineDropIn}` });
    expect(serving.way).toBe('socket');
    expect(commandLine(serving)).toBe('/usr/bin/dockerd --storage-driver overlay2 --label provider=generic -H fd://');
    expect(serving.notes[0]).toContain('10-machine.conf makes the engine listen on tcp://0.0.0.0:2376');
    expect(serviceDropInText(serving, {})).toContain(
      'ExecStart=\nExecStart=/usr/bin/dockerd --storage-driver overlay2',
    );
  });

  it('moves a flag that the settings change from the command line to daemon.json, lists joined', () => {
    const serving = plan({ service: `${debianUnit}\n${dockerMachineDropIn}` }, { wanted: { labels: ['zone=a'] } });
    expect(commandLine(serving)).toBe('/usr/bin/dockerd --storage-driver overlay2 -H fd://');
    expect(serving.daemon['labels']).toEqual(['provider=generic', 'zone=a']);
  });

  it('leaves a flag with the wanted value where it stands, since an option may be set once only', () => {
    const serving = plan(
      { service: withExecStart('/usr/sbin/dockerd -H fd:// --live-restore --storage-driver=overlay2') },
      {
        wanted: { 'storage-driver': 'overlay2' },
      },
    );
    expect(serving.execStart).toBeNull();
    expect(serving.daemon).toEqual(tlsKeys);
  });

  it('writes hosts to daemon.json where the command line names none', () => {
    const serving = plan({ service: withExecStart('/opt/docker/dockerd --debug'), socket: '' });
    expect(serving).toMatchObject({ way: 'hosts', execStart: null });
    expect(serving.daemon['hosts']).toEqual(['unix:///var/run/docker.sock', 'tcp://[::]:2376']);
    expect(socketDropInText(serving, 2376)).toBeNull();
    expect(serviceDropInText(serving, {})).toBeNull();
  });

  it('keeps other hosts of daemon.json and says that they want a certificate from now on', () => {
    const serving = plan(
      { service: withExecStart('/usr/bin/dockerd'), socket: '' },
      { base: { hosts: ['unix:///run/docker.sock', 'tcp://127.0.0.1:2375', 'tcp://0.0.0.0:2376'] } },
    );
    expect(serving.daemon['hosts']).toEqual(['unix:///run/docker.sock', 'tcp://127.0.0.1:2375', 'tcp://[::]:2376']);
    expect(serving.notes.join()).toContain('tcp://127.0.0.1:2375, which from now on wants a client certificate');
  });

  it('lets the socket unit listen where daemon.json names fd://', () => {
    const serving = plan({ service: withExecStart('/usr/bin/dockerd') }, { base: { hosts: ['fd://'] } });
    expect(serving).toMatchObject({ way: 'socket', execStart: null });
    expect(serving.daemon['hosts']).toEqual(['fd://']);
  });

  it('moves hosts of the command line to daemon.json where there is no socket unit', () => {
    const serving = plan({ service: withExecStart('/usr/bin/dockerd -H unix:///run/docker.sock --debug'), socket: '' });
    expect(commandLine(serving)).toBe('/usr/bin/dockerd --debug');
    expect(serving.daemon['hosts']).toEqual(['unix:///run/docker.sock', 'tcp://[::]:2376']);
  });

  it.each([
    [
      'a TLS flag in /etc/default/docker',
      { service: debianUnit, environment: 'DOCKER_OPTS="--tlsverify"' },
      {},
      /\/etc\/default\/docker passes --tlsverify/,
    ],
    [
      'the port in /etc/default/docker',
      { service: debianUnit, environment: 'DOCKER_OPTS="-H tcp://0.0.0.0:2376"' },
      {},
      /listen on port 2376 by itself/,
    ],
    [
      'a label in /etc/default/docker that the settings set',
      { service: debianUnit, environment: 'DOCKER_OPTS="--label a=b"' },
      { wanted: { labels: ['c=d'] } },
      /passes --label to the engine/,
    ],
    [
      'an option that the host sets twice',
      { service: withExecStart('/usr/sbin/dockerd -H fd:// --debug') },
      { base: { debug: true } },
      /cannot start like this: "debug" is set/,
    ],
    [
      'another configuration file',
      { service: withExecStart('/usr/sbin/dockerd -H fd:// --config-file /opt/d.json') },
      {},
      /read \/opt\/d\.json instead/,
    ],
  ])('refuses %s and names the file', (...[, texts, more, message]) => {
    expect(refusal(() => plan(texts, more))).toMatch(message);
  });

  it.each([
    ['-H=fd://', '/usr/sbin/dockerd -H=fd://'],
    ['-Hfd://', '/usr/sbin/dockerd -Hfd://'],
    ['--host fd://', '/usr/sbin/dockerd --host fd://'],
    ['--host=fd://', '/usr/sbin/dockerd --host=fd://'],
    ['a systemd prefix', '-/usr/sbin/dockerd -H fd://'],
  ])('understands %s', (_, line) => {
    expect(plan({ service: withExecStart(line) })).toMatchObject({ way: 'socket', execStart: null });
  });

  it('writes the environment with every character meaning itself', () => {
    const text = serviceDropInText(plan({ service: debianUnit }), { HTTP_PROXY: 'http://a"b\\c%d$e' });
    expect(text).toContain('Environment="HTTP_PROXY=http://a\\"b\\\\c%%d$e"\n');
  });
});

describe('readEngineUnit', () => {
  it('refuses a unit that starts something else', () => {
    expect(refusal(() => engineUnit({ service: withExecStart('/bin/sh -c "dockerd -H fd://"') }))).toContain(
      'starts /bin/sh instead of dockerd',
    );
  });
});

describe('planServing behind a gate', () => {
  const gated = (texts: UnitTexts, base: DaemonConfig = {}) =>
    planServing({ unit: engineUnit(texts), port: 2376, base, wanted: {}, hasIpv6: true, isGated: true });

  it("leaves Debian's own units and settings alone", () => {
    const serving = gated({ service: debianUnit }, { bip: '172.30.0.1/24' });
    expect(serving).toEqual({ way: 'gate', execStart: null, notes: [], daemon: { bip: '172.30.0.1/24' } });
    expect([serviceDropInText(serving, {}), socketDropInText(serving, 2376)]).toEqual([null, null]);
  });

  it("takes the port and the TLS flags out of docker-machine's command line", () => {
    const serving = gated({ service: `${debianUnit}\n${dockerMachineDropIn}` });
    expect(commandLine(serving)).toBe(
      '/usr/bin/dockerd -H unix:///var/run/docker.sock --storage-driver overlay2 --label provider=generic',
    );
  });

  it('takes the port out of the hosts of daemon.json', () => {
    const hosts = ['tcp://0.0.0.0:2376', 'unix:///var/run/docker.sock'];
    const serving = gated({ service: withExecStart('/usr/bin/dockerd') }, { hosts });
    expect(serving.daemon).toEqual({ hosts: ['unix:///var/run/docker.sock'] });
  });

  it('does not stand before an engine that another port leads to', () => {
    const service = withExecStart('/usr/bin/dockerd -H fd:// -H tcp://0.0.0.0:2375');
    expect(refusal(() => gated({ service }))).toContain('also listens on tcp://0.0.0.0:2375, which goes past the gate');
    const socket = '# /lib/systemd/system/docker.socket\n[Socket]\nListenStream=/run/docker.sock\nListenStream=2375\n';
    expect(refusal(() => gated({ service: debianUnit, socket }))).toContain('also listens on 2375');
    expect(gated({ service: withExecStart('/usr/bin/dockerd -H fd:// -H tcp://127.0.0.1:2375') }).way).toBe('gate');
  });
});
