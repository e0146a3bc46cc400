import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { signInByPassword } from '@/server/ssh/password-sign-in.test-support';
import { sh } from '@/server/ssh/shell';

import { labAvailable, prepareLab } from '../../../e2e/lab/lab';
import { dressAsBoot2docker } from './boot2docker/dress.test-support';
import { hostChecks } from './checks';
import { engineVersion } from './engine-client';
import { engineSettings } from './engine-settings';
import { type Member, type ProvisionLab, startProvisionLab } from './lab.test-support';
import { changeTrust } from './steps/change-trust';
import { replaceEngineCertificate } from './steps/replace-engine-certificate';
import { restoreHost } from './steps/restore-host';

const passwordSignIn = (host: string) => signInByPassword({ host, username: 'docker', password: 'tcuser' });

const available = await labAvailable();

describe.skipIf(!available.ok)('a host dressed as boot2docker', () => {
  let lab: ProvisionLab;
  let alice: Member;
  const settings = engineSettings.parse({
    labels: ['zone=b'],
    registryMirrors: ['https://mirror.example.org'],
    environment: { NO_PROXY: `a'b $HOME` },
    daemon: '{"max-concurrent-downloads": 2}',
  });
  const signal = () => AbortSignal.timeout(30_000);
  const text = (path: string) => lab.host.run('cat "$1"', { args: [path] });

  beforeAll(async () => {
    await prepareLab(['bookworm']);
    lab = await startProvisionLab({
      release: 'bookworm',
      engine: 'present',
      prepare: dressAsBoot2docker,
      user: 'docker',
    });
    alice = await lab.team.member('alice');
  });
  afterAll(() => lab?.stop());

  it('passes the checks that its form shows', async () => {
    const checks = hostChecks({ settings, port: 2376 });
    const results: Record<string, string> = {};
    for (const check of checks) results[check.id] = (await check.run(lab.ctx)).status;
    expect(results).toMatchObject({ sudo: 'ok', os: 'warning', packages: 'ok', port: 'ok', engine: 'ok' });
  });

  it('lets nobody in by the password of boot2docker once its engine is configured, and stays so', async () => {
    const { connection } = lab;
    expect(await passwordSignIn(lab.host.address)).toBe('signed in');
    await lab.create({ settings }, 'configure-engine');
    expect(await passwordSignIn(lab.host.address)).toBe('refused');
    // The session goes on, and sshd takes others by key.
    await connection.run({ name: 'look', script: sh`true` }, signal());
    await lab.host.run(`listener=$(cat /run/sshd.pid)
      kill "$listener"
      while kill -0 "$listener" 2>/dev/null; do sleep 0.1; done
      mkdir -p /run/sshd
      /usr/sbin/sshd`);
    expect(await passwordSignIn(lab.host.address)).toBe('refused');
    const begun = await text('/var/lib/boot2docker/ssh/sshd_config');
    await lab.create({ settings }, 'configure-engine');
    expect(await text('/var/lib/boot2docker/ssh/sshd_config')).toBe(begun);
    expect(begun).toContain('PermitUserEnvironment yes');
  });

  it('becomes a machine whose engine demands certificates, by its profile', async () => {
    const { results } = await lab.create({ settings, hostName: 'harbour-1' });
    expect(results['detect-os'].provisioner).toBe('boot2docker');
    expect(results['start-engine']).toMatchObject({ restarted: true });
    expect(results['read-facts']).toMatchObject({
      osId: 'boot2docker',
      hostName: 'harbour-1',
      engine: { isLiveRestoreOn: true },
    });
    expect(await text('/var/lib/boot2docker/etc/hostname')).toBe('harbour-1\n');
    const profile = await text('/var/lib/boot2docker/profile');
    expect(profile).toContain("EXTRA_ARGS='--config-file=/var/lib/boot2docker/daemon.json -H tcp://0.0.0.0:2376'");
    expect(JSON.parse(await text('/var/lib/boot2docker/daemon.json'))).toMatchObject({
      labels: ['zone=b'],
      'registry-mirrors': ['https://mirror.example.org/'.replace(/\/$/, '')],
      'max-concurrent-downloads': 2,
      tlsverify: true,
      tlscacert: '/var/lib/boot2docker/ca.pem',
    });
    const environment = await lab.host.run(`tr '\\0' '\\n' < /proc/$(cat /var/run/docker.pid)/environ`);
    expect(environment).toContain(`NO_PROXY=a'b $HOME\n`);
    const modes = await lab.host.run(
      'cd /var/lib/boot2docker; stat -c "%a %U %n" ca.pem server.pem server-key.pem daemon.json',
    );
    expect(modes).toBe('600 root ca.pem\n600 root server.pem\n600 root server-key.pem\n600 root daemon.json\n');
  });

  it('is left as it is by a rerun of every step', async () => {
    const before = await text('/var/run/docker.pid');
    const { results } = await lab.create({ settings, hostName: 'harbour-1' });
    expect(results['start-engine'].restarted).toBe(false);
    expect(results['configure-engine'].changed).toBe(false);
    expect(await text('/var/run/docker.pid')).toBe(before);
  });

  it('lets a member in and out, its container going on', async () => {
    await lab.runContainer('web');
    const containers = await lab.containers();
    const trust = (...members: Member[]) =>
      changeTrust(lab.ctx, { trust: members.map(({ caPem }) => caPem).join(''), endpoint: lab.input.endpoint });
    await expect(engineVersion(lab.endpoint(alice), signal())).rejects.toThrow(/provision.engine-verify-failed/);
    await trust(lab.console, alice);
    expect((await engineVersion(lab.endpoint(alice), signal())).Version).toMatch(/^\d/);
    expect(await trust(lab.console)).toMatchObject({ restarted: true, containersLost: [] });
    await expect(engineVersion(lab.endpoint(alice), signal())).rejects.toThrow(/provision.engine-verify-failed/);
    expect(await lab.containers()).toBe(containers);
  });

  it('takes another certificate, its container going on', async () => {
    const containers = await lab.containers();
    const pair = await lab.team.engineCertificate(lab.host.address);
    const next = { certificate: pair.certificatePem, key: pair.privateKeyPem };
    const result = await replaceEngineCertificate(lab.ctx, { next, former: null, endpoint: lab.input.endpoint });
    expect(result).toMatchObject({ restarted: true, containersLost: [] });
    expect(await text('/var/lib/boot2docker/server.pem')).toBe(`${pair.certificatePem.trimEnd()}\n`);
    expect(await lab.containers()).toBe(containers);
  });

  it('says why its engine does not start, and has its log', async () => {
    const bad = engineSettings.parse({ daemon: '{"bogus-key": 1}' });
    await expect(lab.create({ settings: bad })).rejects.toMatchObject({
      code: 'provision.engine-start-failed',
      public: expect.stringContaining('bogus-key') as string,
    });
    const { results } = await lab.create({ settings });
    expect(results['verify-engine'].version).toMatch(/^\d/);
  });

  it('gets its former profile back', async () => {
    await restoreHost(lab.ctx, { port: 2376, removeEngine: false, deleteData: false });
    const left = await lab.host.run('cd /var/lib/boot2docker; ls; ss -tln');
    expect(left).not.toMatch(/profile|pem|daemon\.json/);
    expect(await text('/var/lib/boot2docker/ssh/sshd_config')).not.toContain('quaymaster');
    expect(await passwordSignIn(lab.host.address)).toBe('signed in');
    await lab.create({ settings });
  });

  it.each([
    [{ enforcement: 'gate' as const }, 'provision.gate-unavailable', /has no HAProxy/],
    [{ settings: engineSettings.parse({ version: '20.10' }) }, 'provision.engine-install-failed', /a newer ISO/],
    [
      { settings: engineSettings.parse({ daemon: '{"data-root": "/x"}' }) },
      'provision.engine-config-invalid',
      /data-root/,
    ],
  ])('refuses %j', async (change, code, sentence) => {
    await expect(lab.create(change)).rejects.toMatchObject({ code, public: expect.stringMatching(sentence) as string });
  });
});
