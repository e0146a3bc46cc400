import { afterEach, describe, expect, it } from 'vitest';

import { engineVersion } from './engine-client';
import { engineSettings } from './engine-settings';
import { type ProvisionLab, startProvisionLab } from './lab.test-support';
import { restoreHost } from './steps/restore-host';

const watched = ['/etc'];
const signal = () => AbortSignal.timeout(30_000);

describe('a host with an engine', () => {
  let lab: ProvisionLab;
  afterEach(() => lab?.stop());

  it('becomes a machine on Debian 11, without curl on it, and comes up again after a reboot', async () => {
    lab = await startProvisionLab({ release: 'bullseye', engine: 'present' });
    await lab.host.run('mv /usr/bin/curl /usr/bin/curl.away');
    await lab.runContainer('web');
    const before = await lab.host.snapshot(watched);
    const containers = await lab.containers();
    const { results } = await lab.create();
    expect(results['start-engine'].containersBefore).toEqual([containers.split(' ')[0]]);
    expect(results['read-facts']).toMatchObject({
      osVersion: '11',
      engine: { containersRunning: 1, apiVersion: '1.41' },
    });
    expect(await lab.containers()).toBe(containers);
    await restoreHost(lab.ctx, { port: 2376, removeEngine: false, deleteData: false });
    expect(await lab.host.snapshot(watched)).toEqual(before);
    expect(await lab.containers()).toBe(containers);

    const again = await lab.create();
    expect(again.results['verify-engine'].version).toMatch(/^20\.10\.5/);
    await lab.host.run('docker kill web');
    await lab.connection.close();
    await lab.host.reboot();
    await expect(engineVersion(lab.input.endpoint, signal())).resolves.toHaveProperty('Version');
  });

  it('becomes a machine on Debian 13, where the engine checks its settings before anything is written', async () => {
    lab = await startProvisionLab({ release: 'trixie', engine: 'present' });
    await lab.runContainer('web');
    const before = await lab.host.snapshot(watched);
    const containers = await lab.containers();
    const started = await lab.invocation();
    const settings = engineSettings.parse({
      logDriver: 'json-file',
      logOptions: { 'max-size': 'huge' },
      daemon: '{"bogus-key": 1}',
    });
    await expect(lab.create({ settings })).rejects.toMatchObject({
      code: 'provision.engine-config-invalid',
      public: expect.stringMatching(/^The engine does not accept its settings: .*bogus-key/) as string,
    });
    expect(await lab.invocation()).toBe(started);
    expect((await lab.host.exec('ls /etc/docker/daemon.json')).code).not.toBe(0);

    const { results } = await lab.create();
    expect(results['verify-engine'].version).toMatch(/^26\./);
    expect(results['start-engine'].containersLost).toEqual([]);
    expect(await lab.containers()).toBe(containers);
    const rerun = await lab.create();
    expect(rerun.results['start-engine'].restarted).toBe(false);
    await restoreHost(lab.ctx, { port: 2376, removeEngine: false, deleteData: false });
    expect(await lab.host.snapshot(watched)).toEqual(before);
    expect(await lab.containers()).toBe(containers);
  });

  it('of docker-machine is taken over, and is as docker-machine left it after the restore', async () => {
    lab = await startProvisionLab({ release: 'bookworm', engine: 'present' });
    const former = await lab.team.member('former');
    const put = (name: string, content: string) => lab.host.run(`cat > "/etc/docker/${name}"`, { stdin: content });
    await lab.host.run('mkdir -p /etc/docker /etc/systemd/system/docker.service.d');
    await put('ca.pem', former.caPem);
    await put('server.pem', lab.input.tls.certificate);
    await put('server-key.pem', lab.input.tls.key);
    await lab.host.run(`cat > /etc/systemd/system/docker.service.d/10-machine.conf <<'X'
[Service]
ExecStart=
ExecStart=/usr/sbin/dockerd -H tcp://0.0.0.0:2376 -H unix:///var/run/docker.sock --storage-driver overlay2 --tlsverify --tlscacert /etc/docker/ca.pem --tlscert /etc/docker/server.pem --tlskey /etc/docker/server-key.pem --label provider=generic 
Environment=
X
systemctl daemon-reload; systemctl restart docker`);
    await lab.runContainer('web');
    const containers = await lab.containers();
    const before = await lab.host.snapshot(watched);
    await expect(engineVersion(lab.endpoint(former), signal())).resolves.toHaveProperty('Version');

    const { results } = await lab.create({ settings: engineSettings.parse({ labels: ['zone=a'] }) });
    expect(results['configure-engine']).toMatchObject({ servedBy: 'socket', replacesCommandLine: true });
    expect(await lab.containers()).toBe(containers);
    expect(await lab.host.run('docker info -f "{{.Driver}}"')).toBe('overlay2\n');
    // The engine lists them in no order of its own.
    const labels = await lab.host.run('docker info -f "{{join .Labels \\"\\n\\"}}"');
    expect(labels.trim().split('\n').sort()).toEqual(['provider=generic', 'zone=a']);
    await expect(engineVersion(lab.endpoint(former), signal())).rejects.toThrow(/handshake|refuses/);

    await restoreHost(lab.ctx, { port: 2376, removeEngine: false, deleteData: false });
    expect(await lab.host.snapshot(watched)).toEqual(before);
    expect(await lab.containers()).toBe(containers);
    await expect(engineVersion(lab.endpoint(former), signal())).resolves.toHaveProperty('Version');
    await expect(engineVersion(lab.endpoint(lab.console), signal())).rejects.toThrow(/handshake|refuses/);
  });

  it('whose settings turn live-restore off keeps its containers all the same when it is set up', async () => {
    lab = await startProvisionLab({ release: 'bookworm', engine: 'present' });
    await lab.runContainer('web');
    const containers = await lab.containers();
    const { results } = await lab.create({ settings: engineSettings.parse({ daemon: '{"live-restore": false}' }) });
    expect(results['start-engine'].containersLost).toEqual([]);
    expect(await lab.containers()).toBe(containers);
    expect(results['read-facts'].engine?.isLiveRestoreOn).toBe(false);
    expect((await lab.host.exec('ls /run/quaymaster')).stdout).toBe('engine-started-with\n');
  });

  it('that is in a swarm is set up without live-restore, which a swarm refuses', async () => {
    lab = await startProvisionLab({ release: 'bookworm', engine: 'present' });
    await lab.host.run('docker swarm init --advertise-addr "$1"', { args: [lab.host.address] });
    await lab.runContainer('web');
    const { results } = await lab.create();
    expect(results['start-engine']).toMatchObject({ restarted: true, isSwarm: true });
    expect(results['read-facts'].engine).toMatchObject({ isSwarm: true, isLiveRestoreOn: false });
    expect(lab.log.text()).toContain('The host is in a swarm, which rules out live-restore');
    expect(await lab.host.run('docker node ls --format "{{.Status}}"')).toBe('Ready\n');
    expect((await lab.create()).results['start-engine'].restarted).toBe(false);
  });
});
