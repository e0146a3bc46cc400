import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Snapshot } from '../../../e2e/lab/snapshot';
import { engineVersion } from './engine-client';
import { engineSettings } from './engine-settings';
import { type Member, type ProvisionLab, startProvisionLab } from './lab.test-support';
import { changeTrust } from './steps/change-trust';
import { readFacts } from './steps/read-facts';
import { restoreHost } from './steps/restore-host';

const watched = ['/etc', '/var/lib/quaymaster', '/run/systemd/system'];
/** What an installed engine keeps by itself. */
const withTimes = `find /etc/docker /etc/systemd/system /etc/hosts /etc/hostname -printf '%p %y %m %U:%G %T@ %l\\n' | sort; cat /etc/docker/daemon.json`;

describe('a host whose engine runs a container (bookworm)', () => {
  let lab: ProvisionLab;
  let before: Snapshot;
  let timesBefore: string;
  let containers: string;
  const signal = () => AbortSignal.timeout(30_000);

  beforeAll(async () => {
    lab = await startProvisionLab({ release: 'bookworm', engine: 'present' });
    await lab.host.run(
      `printf '{\\n\\t"bip": "172.30.0.1/24",\\n\\t"labels": ["site=a"]\\n}' > /etc/docker/daemon.json
       chmod 640 /etc/docker/daemon.json; chown root:docker /etc/docker/daemon.json; touch -d '2020-02-03 04:05:06.123456789' /etc/docker/daemon.json
       systemctl restart docker`,
    );
    await lab.runContainer('web');
    before = await lab.host.snapshot(watched);
    timesBefore = await lab.host.run(withTimes);
    containers = await lab.containers();
  });
  afterAll(() => lab?.stop());

  it('keeps the engine and its container when its settings cannot be read, and says the reason', async () => {
    const started = await lab.invocation();
    const settings = engineSettings.parse({ daemon: '{"bogus-key": 1}' });
    await expect(lab.create({ settings })).rejects.toMatchObject({
      code: 'provision.engine-start-failed',
      public: expect.stringMatching(/does not take over the new settings.*bogus-key/) as string,
    });
    expect(await lab.invocation()).toBe(started);
    expect(await lab.containers()).toBe(containers);
    expect(lab.log.text()).toMatch(/stdout .*bogus-key/);
  });

  it('becomes a machine by a second attempt: TLS on the port, settings merged, the container untouched', async () => {
    const settings = engineSettings.parse({
      labels: ['zone=b'],
      insecureRegistries: ['10.0.0.0/8'],
      environment: { NO_PROXY: `a'b "c" $HOME %h \\x;id` },
    });
    const { results } = await lab.create({ settings, hostName: 'harbour-1' });
    expect(results['start-engine']).toMatchObject({ restarted: true, containersLost: [] });
    expect(results['configure-engine']).toEqual({ changed: true, servedBy: 'socket', replacesCommandLine: false });
    expect(results['verify-engine'].version).toBe(results['read-facts'].engine?.version);
    expect(results['read-facts']).toMatchObject({
      osId: 'debian',
      hostName: 'harbour-1',
      engine: { containersRunning: 1, isLiveRestoreOn: true },
    });
    expect(await lab.containers()).toBe(containers);
    const daemon = JSON.parse(await lab.host.run('cat /etc/docker/daemon.json')) as object;
    expect(daemon).toMatchObject({
      bip: '172.30.0.1/24',
      labels: ['site=a', 'zone=b'],
      tlsverify: true,
      'live-restore': true,
    });
    expect(daemon).not.toHaveProperty('bogus-key');
    const environment = await lab.host.run(
      `tr '\\0' '\\n' < /proc/$(systemctl show docker -p MainPID --value)/environ`,
    );
    expect(environment).toContain(`NO_PROXY=a'b "c" $HOME %h \\x;id\n`);
  });

  it('lets only root read the key, and listens on IPv4 and IPv6', async () => {
    const modes = await lab.host.run(
      `stat -c '%a %U:%G %n' /etc/quaymaster/engine /etc/quaymaster/engine/* /var/lib/quaymaster`,
    );
    expect(modes.trim().split('\n')).toEqual([
      '700 root:root /etc/quaymaster/engine',
      '600 root:root /etc/quaymaster/engine/ca.pem',
      '600 root:root /etc/quaymaster/engine/cert.pem',
      '600 root:root /etc/quaymaster/engine/key.pem',
      '700 root:root /var/lib/quaymaster',
    ]);
    for (const address of ['127.0.0.1', '[::1]']) {
      const answer = await lab.host.exec(
        `curl -sS -k --max-time 5 https://${address}:2376/version; curl -sS --max-time 5 http://${address}:2376/version`,
      );
      expect(answer.stderr).toMatch(/alert|reset|getpeername/i);
      expect(answer.stdout).toBe('Client sent an HTTP request to an HTTPS server.\n');
    }
  });

  it('is left as it is by a rerun of every step: nothing written, nothing restarted', async () => {
    const files = `find /etc /var/lib/quaymaster /run/quaymaster -printf '%p %C@\\n' | sort`;
    const filesBefore = await lab.host.run(files);
    const started = [await lab.invocation(), await lab.invocation('docker.socket')];
    const settings = engineSettings.parse({
      labels: ['zone=b'],
      insecureRegistries: ['10.0.0.0/8'],
      environment: { NO_PROXY: `a'b "c" $HOME %h \\x;id` },
    });
    const { results } = await lab.create({ settings, hostName: 'harbour-1' });
    expect(results['start-engine'].restarted).toBe(false);
    expect([await lab.invocation(), await lab.invocation('docker.socket')]).toEqual(started);
    expect(await lab.host.run(files)).toBe(filesBefore);
  });

  describe('members', () => {
    let alice: Member;
    beforeAll(async () => {
      alice = await lab.team.member('alice');
    });
    const trust = (...members: Member[]) =>
      changeTrust(lab.ctx, { trust: members.map(({ caPem }) => caPem).join(''), endpoint: lab.input.endpoint });

    it('stay as they were when the engine does not start with the new list', async () => {
      const broken = '-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n';
      const attempt = changeTrust(lab.ctx, { trust: broken, endpoint: lab.input.endpoint });
      await expect(attempt).rejects.toMatchObject({ code: 'provision.engine-start-failed' });
      await expect(engineVersion(lab.endpoint(lab.console), signal())).resolves.toHaveProperty('Version');
      expect(await lab.containers()).toBe(containers);
    });

    it('come in and go by the trust file, while the container runs on and nobody is refused', async () => {
      await expect(engineVersion(lab.endpoint(alice), signal())).rejects.toThrow(/handshake|refuses/);
      await trust(lab.console, alice);
      await expect(engineVersion(lab.endpoint(alice), signal())).resolves.toHaveProperty('Version');

      // A request that the old process had taken may be cut; nobody is refused, since systemd keeps the port open.
      let isDone = false;
      const answers: string[] = [];
      const others = (async () => {
        while (!isDone) {
          const answer = engineVersion(lab.endpoint(lab.console), signal());
          answers.push(
            await answer.then(
              () => 'ok',
              (error: { public: string }) => error.public,
            ),
          );
        }
      })();
      const result = await trust(lab.console);
      isDone = true;
      await others;
      expect(answers.filter((answer) => answer === 'ok').length).toBeGreaterThan(3);
      expect(answers.filter((answer) => answer !== 'ok').length).toBeLessThan(2);
      expect(answers.join()).not.toContain('refuses connections');
      expect(result).toMatchObject({ restarted: true, containersLost: [] });
      await expect(engineVersion(lab.endpoint(alice), signal())).rejects.toThrow(/handshake|refuses/);
      expect(await lab.containers()).toBe(containers);
    });

    it('can change more often in a minute than systemd lets a service start', async () => {
      for (const members of [[alice], [], [alice], [], [alice], []]) await trust(lab.console, ...members);
      await expect(engineVersion(lab.endpoint(lab.console), signal())).resolves.toHaveProperty('Version');
    });

    it('stay where the list is the same: the engine is not restarted', async () => {
      const started = await lab.invocation();
      expect(await trust(lab.console)).toMatchObject({ restarted: false });
      expect(await lab.invocation()).toBe(started);
    });
  });

  it('does not start its engine without TLS when somebody replaces daemon.json', async () => {
    await lab.host.run(
      'cp -a /etc/docker/daemon.json /root/kept.json; echo "{}" > /etc/docker/daemon.json; systemctl reset-failed docker.service docker.socket',
    );
    const { code } = await lab.host.exec('systemctl restart docker.service');
    expect(code).not.toBe(0);
    expect(await lab.host.run('journalctl -u docker.service -n 20 -o cat')).toContain(
      'tlsverify is missing in /etc/docker/daemon.json',
    );
    await lab.host.run(
      'mv /root/kept.json /etc/docker/daemon.json; systemctl reset-failed docker.service docker.socket; systemctl start docker.service',
    );
    await expect(engineVersion(lab.endpoint(lab.console), signal())).resolves.toHaveProperty('Version');
  });

  it('is as it was after the restore, byte for byte, and the container still runs', async () => {
    const result = await restoreHost(lab.ctx, { port: 2376, removeEngine: true, deleteData: true });
    expect(result).toMatchObject({ hadBackup: true, engine: 'kept' });
    expect(await lab.host.snapshot(watched)).toEqual(before);
    expect(await lab.host.run(withTimes)).toBe(timesBefore);
    expect(await lab.containers()).toBe(containers);
    expect((await lab.host.exec('ss -Hltn sport = :2376')).stdout).toBe('');
    expect((await lab.host.run('hostname')).trim()).toBe(lab.host.name);
    expect(await lab.host.run('docker info -f "{{.LiveRestoreEnabled}} {{.Labels}}"')).toBe('false [site=a]\n');
  });

  it('has nothing to put back the second time', async () => {
    const started = await lab.invocation();
    const result = await restoreHost(lab.ctx, { port: 2376, removeEngine: false, deleteData: false });
    expect(result).toEqual({ hadBackup: false, engine: 'kept', filesPutBack: [] });
    expect(await lab.invocation()).toBe(started);
    expect(await lab.host.snapshot(watched)).toEqual(before);
  });

  it('tells its facts while the engine is stopped, and does not start it for that', async () => {
    await lab.host.run('docker kill web; systemctl stop docker.service');
    const facts = await readFacts(lab.ctx);
    expect(facts.engine).toBeNull();
    expect(facts.memoryBytes).toBeGreaterThan(1e8);
    expect((await lab.host.exec('systemctl is-active docker.service')).stdout.trim()).toBe('inactive');
  });
});
