import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Snapshot } from '../../../e2e/lab/snapshot';
import { engineSettings } from './engine-settings';
import { type ProvisionLab, startProvisionLab } from './lab.test-support';
import { restoreHost } from './steps/restore-host';

/** Of a package that is gone, dpkg and others keep traces that are not the host's settings. */
const watched = [
  '/etc/apt',
  '/etc/systemd',
  '/etc/docker',
  '/etc/quaymaster',
  '/var/lib/quaymaster',
  '/run/quaymaster',
  '/run/systemd/system',
];
const packages = "dpkg-query -W -f '${db:Status-Abbrev} ${binary:Package}\\n' | grep ^ii";

/** The lab's machine, as a host sees it. */
const machineAddress = '10.77.0.1';

async function serve(files: Record<string, string>): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    const text = files[request.url ?? ''];
    response.writeHead(text === undefined ? 404 : 200).end(text);
  });
  server.listen(0, machineAddress);
  await once(server, 'listening');
  return { url: `http://${machineAddress}:${(server.address() as AddressInfo).port}`, server };
}

describe("installing the engine from the distribution's packages (bookworm)", () => {
  let lab: ProvisionLab;
  let packagesBefore: string;
  beforeAll(async () => {
    lab = await startProvisionLab({
      release: 'bookworm',
      engine: 'absent',
      user: 'operator',
      sudoPassword: 'lab-password',
    });
    packagesBefore = await lab.host.run(packages);
  });
  afterAll(() => lab?.stop());

  it('says which versions there are when the wanted one is not among them', async () => {
    const settings = engineSettings.parse({ version: '19.03' });
    await expect(lab.create({ settings }, 'install-engine')).rejects.toMatchObject({
      code: 'provision.engine-install-failed',
      public: expect.stringMatching(/^Version 19.03 of docker.io is not on offer. Available: 20\.10\.24/) as string,
    });
    expect(await lab.host.run(packages)).toBe(packagesBefore);
  });

  it('waits for whoever holds the package lock, and says who it is', async () => {
    const busy = lab.host.run(
      `apt-get -q update >/dev/null; apt-get install -y -o DPkg::Pre-Invoke::='sleep 4' --no-install-recommends busybox-static; apt-get purge -y busybox-static`,
    );
    const holds = 'for n in $(seq 100); do pgrep -x sleep >/dev/null && exit 0; sleep 0.05; done; exit 1';
    await lab.host.run(holds);
    await lab.create({}, 'wait-packages');
    await busy;
    expect(lab.log.text()).toMatch(
      /Waiting: the package manager is used by "apt-get .*busybox-static" \(process \d+\)/,
    );
  });

  it('gives the reason from the journal when the engine does not start', async () => {
    const settings = engineSettings.parse({ version: '20.10', daemon: '{"bogus-key": 1}' });
    const attempt = lab.create({ settings });
    await expect(attempt).rejects.toMatchObject({
      code: 'provision.engine-start-failed',
      public: expect.stringMatching(
        /^The engine does not start: unable to configure the Docker daemon .*bogus-key/,
      ) as string,
      output: expect.stringContaining('bogus-key') as string,
    });
    expect(lab.log.text()).toMatch(/stdout .*Main process exited, code=exited/);
  });

  it('ends with an engine that was configured before its first start that succeeded', async () => {
    const { results } = await lab.create();
    expect(results['install-engine'].changed).toBe(false);
    expect(results['start-engine'].restarted).toBe(true);
    expect(results['verify-engine'].version).toMatch(/^20\.10\.24/);
    // systemd may start the engine of the attempt before by itself as soon as its settings are right: once or twice, never open.
    const listening = await lab.host.run(
      `journalctl -u docker.service -o cat | grep -o 'API listen on [^"]*' | sort -u`,
    );
    expect(listening).toBe('API listen on /run/docker.sock\nAPI listen on [::]:2376\n');
    const starts = await lab.host.run(`journalctl -u docker.service -o cat | grep -o 'API listen on [^"]*'`);
    const sockets = starts.split('\n').filter((line) => line.endsWith('docker.sock')).length;
    expect(starts.trim().split('\n')).toHaveLength(2 * sockets);
  });

  it('keeps its engine and containers when the host is restored without removing it', async () => {
    await lab.runContainer('web');
    const containers = await lab.containers();
    const result = await restoreHost(lab.ctx, { port: 2376, removeEngine: false, deleteData: false });
    expect(result).toMatchObject({ hadBackup: true, engine: 'kept' });
    expect(await lab.containers()).toBe(containers);
    expect((await lab.host.exec('ss -Hltn sport = :2376; ls -d /etc/quaymaster /var/lib/quaymaster')).stdout).toBe('');
    expect((await lab.host.run('systemctl is-active docker.service')).trim()).toBe('active');
    await lab.host.run('docker rm -f web');
  });
});

describe('installing the engine from elsewhere (bookworm)', () => {
  let lab: ProvisionLab;
  let before: Snapshot;
  let packagesBefore: string;
  beforeEach(async () => {
    lab = await startProvisionLab({ release: 'bookworm', engine: 'absent' });
    before = await lab.host.snapshot(watched);
    packagesBefore = await lab.host.run(packages);
  });
  afterEach(() => lab?.stop());

  it('a mirror: its packages come, and go again with the data when the host is restored', async () => {
    const sources = await lab.host.run('cat /etc/apt/sources.list; : > /etc/apt/sources.list');
    expect(sources).toContain('file:/srv/debs');
    before = await lab.host.snapshot(watched);
    const settings = engineSettings.parse({
      source: { kind: 'mirror', url: 'file:/srv/debs', suite: './', unsigned: true, packages: ['docker.io'] },
    });
    await lab.create({ settings });
    expect(await lab.host.run('cat /etc/apt/sources.list.d/quaymaster-engine.list')).toContain(
      'deb [trusted=yes] file:/srv/debs ./\n',
    );
    await lab.runContainer('web');
    await lab.host.run('echo kept > /root/mine');

    const result = await restoreHost(lab.ctx, { port: 2376, removeEngine: true, deleteData: true });
    expect(result).toMatchObject({ hadBackup: true, engine: 'removed' });
    expect(await lab.host.run(packages)).toBe(packagesBefore);
    expect(await lab.host.snapshot(watched)).toEqual(before);
    expect(
      (await lab.host.exec('ls -A /var/lib/docker; pgrep -x dockerd; pgrep -x containerd-shim; cat /root/mine')).stdout,
    ).toBe('kept\n');
  });

  it('a script: one with the wanted checksum runs with the version, another one does not', async () => {
    const script = `#!/bin/sh\nset -e\necho "version $VERSION"\napt-get -q update\napt-get install -y -q --no-install-recommends docker.io\n`;
    const { url, server } = await serve({ '/install.sh': script, '/empty.sh': '', '/page': '<html>Sign in</html>' });
    const source = (path: string, text: string) =>
      engineSettings.parse({
        source: { kind: 'script', url: `${url}${path}`, sha256: createHash('sha256').update(text).digest('hex') },
        version: '20.10',
      });
    const failure = async (path: string, text: string) =>
      lab.create({ settings: source(path, text) }, 'install-engine').then(
        () => 'nothing',
        (error: { code: string; public: string }) => `${error.code} ${error.public}`,
      );
    try {
      expect(await failure('/install.sh', 'another')).toMatch(/^provision.engine-install-failed .*another checksum/);
      expect(await failure('/page', '<html>Sign in</html>')).toMatch(/no script \(it does not begin with #!\)/);
      expect(await failure('/nothing', '')).toMatch(/curl: \(22\) .*404/);
      expect(await lab.host.run(packages)).toBe(packagesBefore);
      await lab.create({ settings: source('/install.sh', script) });
      expect(lab.log.text()).toContain('stdout version 20.10');
    } finally {
      server.close();
    }
    await restoreHost(lab.ctx, { port: 2376, removeEngine: true, deleteData: false });
    expect(await lab.host.run(packages)).toBe(packagesBefore);
  });

  it('nowhere: an engine that should be there and is not', async () => {
    const settings = engineSettings.parse({ source: { kind: 'present' } });
    await expect(lab.create({ settings })).rejects.toMatchObject({ code: 'provision.engine-missing' });
    await restoreHost(lab.ctx, { port: 2376, removeEngine: true, deleteData: true });
    expect(await lab.host.snapshot(watched)).toEqual(before);
  });

  it('breaks off in the middle and is finished, and taken back, by the next attempt', async () => {
    const stop = new AbortController();
    const ctx = { ...lab.ctx, signal: stop.signal };
    const { installEngine } = await import('./steps/install-engine');
    const { backUp } = await import('./steps/back-up');
    const { detectSystem } = await import('./detect-os');
    const system = await detectSystem(ctx);
    await backUp(ctx, { owner: lab.input.owner, listInstalled: system.provisioner.packages.listInstalled });
    const attempt = installEngine(ctx, { settings: lab.input.settings, ...system });
    await lab.host.run(
      'for n in $(seq 400); do [ -e /var/lib/dpkg/info/containerd.list ] && exit 0; sleep 0.02; done; exit 1',
    );
    stop.abort(new Error('pulled'));
    await expect(attempt).rejects.toThrow('pulled');
    await lab.create();
    const result = await restoreHost(lab.ctx, { port: 2376, removeEngine: true, deleteData: true });
    expect(result.engine).toBe('removed');
    expect(await lab.host.run(packages)).toBe(packagesBefore);
    expect(await lab.host.snapshot(watched)).toEqual(before);
  });
});
