import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import {
  labAvailable,
  labPassword,
  makeClientKey,
  prepareLab,
  stageImage,
  startHost,
  type LabHost,
  type Release,
} from './lab';
import { tracesOf } from './traces';

const available = await labAvailable();
if (!available.ok) process.stderr.write(`Left out the tests on real hosts: ${available.reason}\n`);

describe.runIf(available.ok)('a host of the lab', () => {
  let host: LabHost;
  let folder: string;

  beforeAll(async () => {
    await prepareLab(['bullseye', 'bookworm', 'trixie']);
    host = await startHost();
    folder = mkdtempSync(join(tmpdir(), 'lab-test-'));
    writeFileSync(join(folder, 'key'), host.privateKey, { mode: 0o600 });
  }, 20 * 60_000);

  afterAll(async () => {
    await host.stop();
    rmSync(folder, { recursive: true });
  });

  /** Logs in with this host key pinned, as a careful client does. */
  function ssh(user: string, command: string, stdin = ''): Promise<{ code: number; stdout: string }> {
    return new Promise((resolve) => {
      const args = ['-F', 'none', '-i', join(folder, 'key'), '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=5'];
      const pin = ['-o', `UserKnownHostsFile=${join(folder, 'known-hosts')}`, '-o', 'StrictHostKeyChecking=yes'];
      const child = execFile('ssh', [...args, ...pin, `${user}@${host.address}`, command], (error, stdout) => {
        resolve({ code: error ? Number(error.code) : 0, stdout });
      });
      child.stdin?.end(stdin);
    });
  }

  async function pinHostKey(): Promise<void> {
    const key = await host.run('cut -d" " -f1,2 /etc/ssh/ssh_host_ed25519_key.pub');
    writeFileSync(join(folder, 'known-hosts'), `${host.address} ${key}`);
  }

  it('is a Debian without failed services, and of the release that was asked for', async () => {
    expect((await host.run('systemctl is-system-running --wait')).trim()).toBe('running');
    expect(await host.run('cat /etc/os-release')).toContain('VERSION_CODENAME=bookworm');
  });

  it.each([
    ['admin', 'sudo -n id -u', { code: 0, stdout: '0\n' }],
    ['operator', 'sudo -n id -u', { code: 1, stdout: '' }],
    ['operator', 'sudo -S id -u', { code: 0, stdout: '0\n' }],
    ['plain', 'sudo -S id -u', { code: 1, stdout: '' }],
    ['root', 'id -u', { code: 0, stdout: '0\n' }],
  ])('lets %s in with the key, who may do accordingly: %s', async (user, command, expected) => {
    await pinHostKey();
    expect(await ssh(user, command, `${labPassword}\n`)).toEqual(expected);
  });

  it('lets an added user in, who may do what was said', async () => {
    await pinHostKey();
    await host.addUser({ name: 'deploy', sudo: 'nopasswd' });
    expect(await ssh('deploy', 'sudo -n id -u')).toEqual({ code: 0, stdout: '0\n' });
  });

  it('has a host key of the fingerprint it says, and another one after a rekey', async () => {
    await pinHostKey();
    const before = host.hostKeyFingerprint;
    expect(await host.run('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub')).toContain(` ${before} `);
    expect(await host.rekey()).not.toBe(before);
    expect(await host.run('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub')).toContain(
      ` ${host.hostKeyFingerprint} `,
    );
    expect(await ssh('admin', 'true')).toMatchObject({ code: 255 });
  });

  it('reaches its neighbours, and fails at once for anything outside of the lab', async () => {
    const neighbour = await startHost({ release: 'trixie' });
    onTestFinished(() => neighbour.stop());
    expect((await host.exec(`ping -c 1 -W 2 ${neighbour.address}`)).code).toBe(0);
    expect((await host.exec('ping -c 1 -W 20 198.51.100.1', { timeoutMs: 5_000 })).stderr).toContain('unreachable');
  });

  it('tells in a snapshot what was changed, added, removed, and nothing else', async () => {
    await host.run('mkdir -p /srv/shot/sub; cd /srv/shot; echo one > a; echo two > "b c"; ln -s a link; chmod 640 a');
    const before = await host.snapshot(['/srv/shot', '/srv/no-such-thing']);
    expect(Object.keys(before)).toEqual(
      ['a', 'b c', 'link', 'sub'].map((name) => `/srv/shot/${name}`).toSpliced(0, 0, '/srv/shot'),
    );
    expect(await host.snapshot(['/srv/shot'])).toEqual(before);
    await host.run('cd /srv/shot; echo three > a; chmod 600 "b c"; rmdir sub; ln -sf b link');
    const after = await host.snapshot(['/srv/shot']);
    const differing = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
      (path) => JSON.stringify(before[path]) !== JSON.stringify(after[path]),
    );
    expect(differing).toEqual(['/srv/shot/a', '/srv/shot/b c', '/srv/shot/link', '/srv/shot/sub']);
  });

  it('loses a port to a block, for this machine and for neighbours, and gets it back', async () => {
    const neighbour = await startHost();
    onTestFinished(() => neighbour.stop());
    const fromNeighbour = (): Promise<{ code: number }> =>
      neighbour.exec(`timeout 4 bash -c '</dev/tcp/${host.address}/22'`, { timeoutMs: 10_000 });
    expect(await tryPort(host.address, 22)).toBe('open');

    await host.blockPort(22, 'reject');
    expect(await tryPort(host.address, 22)).toBe('ECONNREFUSED');
    await host.blockPort(22);
    expect(await tryPort(host.address, 22)).toBe('no answer');
    expect((await fromNeighbour()).code).toBe(124);

    await host.unblockPort(22);
    expect(await tryPort(host.address, 22)).toBe('open');
    expect((await fromNeighbour()).code).toBe(0);
  });

  it('loses everything with its cable, and gets it back', async () => {
    await host.disconnect();
    expect(await tryPort(host.address, 22)).not.toBe('open');
    await host.connect();
    await expect.poll(() => tryPort(host.address, 22), { timeout: 30_000 }).toBe('open');
  });

  it.each([{ hard: false }, { hard: true }])('comes back from a reboot with its disk (%o)', async (options) => {
    const read = 'cat /proc/sys/kernel/random/boot_id /srv/kept';
    await host.run('echo "$1" > /srv/kept; sync', { args: [`kept ${String(options.hard)}`] });
    const before = await host.run(read);
    await host.reboot(options);
    const after = await host.run(read);
    expect(after).not.toBe(before);
    expect(after).toContain(`kept ${String(options.hard)}`);
  });

  it('answers nobody while it is off, and comes back with its disk', async () => {
    await host.run('echo kept > /srv/kept');
    await host.powerOff();
    expect(await tryPort(host.address, 22)).not.toBe('open');
    await expect(host.run('true')).rejects.toThrow(`${host.name} is not running`);
    await host.powerOn();
    expect(await host.run('cat /srv/kept')).toBe('kept\n');
  });

  it('installs an engine from its own repository, which runs a container', async () => {
    await host.run(
      'apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends docker.io',
    );
    expect(await host.run(`docker run --rm ${await stageImage(host)} echo hello`)).toBe('hello\n');
    expect(await host.run("docker info --format '{{.Driver}}'")).toBe('overlay2\n');
  });

  it.each<[Release, string]>([
    ['bullseye', '20.10.'],
    ['bookworm', '20.10.'],
    ['trixie', '26.1.'],
  ])('of %s has an engine %sx when it is started with one', async (release, version) => {
    const other = await startHost({ release, engine: 'present' });
    onTestFinished(() => other.stop());
    expect(await other.run("docker version --format '{{.Server.Version}}'")).toContain(version);
    expect(await other.run(`docker run --rm ${await stageImage(other)} echo hello`)).toBe('hello\n');
    expect(await other.run('apt-get update && apt-get install -y --no-install-recommends haproxy')).toContain(
      'haproxy',
    );
  });

  it('takes the client key it was given instead of the one that all hosts of a process share', async () => {
    const clientKey = await makeClientKey();
    const other = await startHost({ clientKey });
    onTestFinished(() => other.stop());
    expect(other.privateKey).not.toBe(host.privateKey);
    expect(await other.run('cat ~admin/.ssh/authorized_keys ~root/.ssh/authorized_keys')).toBe(
      `${clientKey.publicKey}\n${clientKey.publicKey}\n`,
    );
  });

  it('has an address of its own when many start at once', async () => {
    const others = await Promise.all([1, 2, 3, 4].map(() => startHost()));
    onTestFinished(async () => void (await Promise.all(others.map((other) => other.stop()))));
    expect(new Set([host, ...others].map(({ address }) => address)).size).toBe(5);
  });

  it('leaves no trace when it is stopped, whatever it was doing', async () => {
    const other = await startHost({ engine: 'present' });
    await stageImage(other);
    await other.run('docker run -d --restart always busybox:lab sleep 1000');
    await other.blockPort(2376);
    expect(tracesOf(other.name).length).toBeGreaterThan(5);
    await other.stop();
    expect(tracesOf(other.name)).toEqual([]);
  });
});

/** What a connection attempt says: open, the error code, or that no answer came within a second and a half. */
function tryPort(address: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 1_500 });
    const settle = (answer: string): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('connect', () => settle('open'));
    socket.on('timeout', () => settle('no answer'));
    socket.on('error', (error: NodeJS.ErrnoException) => settle(error.code ?? error.message));
  });
}
