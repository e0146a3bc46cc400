import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { labAvailable, prepareLab } from '../../../e2e/lab/lab';
import type { Snapshot } from '../../../e2e/lab/snapshot';
import { hostChecks } from './checks';
import { dnf } from './dnf/dnf';
import { dressAsAmazonLinux } from './dnf/dress.test-support';
import { engineVersion } from './engine-client';
import { engineSettings } from './engine-settings';
import { admit, knock } from './gate.test-support';
import { type Member, type ProvisionLab, startProvisionLab } from './lab.test-support';
import { restoreHost } from './steps/restore-host';

const available = await labAvailable();
const watched = [
  '/etc/yum.repos.d',
  '/etc/pki/rpm-gpg',
  '/etc/dnf',
  '/etc/sysconfig',
  '/etc/systemd',
  '/etc/docker',
  '/etc/quaymaster',
  '/var/lib/quaymaster',
  '/run/systemd/system',
];
const packages = "rpm -qa --qf '%{NAME} %{EVR}\\n' | sort";
const [older, newer] = ['20.10.24-1.amzn2023.0.9', '20.10.24-1.amzn2023.0.10'] as const;

describe.skipIf(!available.ok)('a host dressed as Amazon Linux 2023', () => {
  let lab: ProvisionLab;
  let alice: Member;
  let before: Snapshot;
  let packagesBefore: string;

  beforeAll(async () => {
    await prepareLab(['bookworm']);
    lab = await startProvisionLab({ release: 'bookworm', prepare: dressAsAmazonLinux, user: 'ec2-user' });
    alice = await lab.team.member('alice');
    before = await lab.host.snapshot(watched);
    packagesBefore = await lab.host.run(packages);
  });
  afterAll(() => lab?.stop());

  const mirror = (more: object = {}) =>
    engineSettings.parse({
      source: { kind: 'mirror', url: 'file:///srv/mirror', suite: './', packages: ['docker'], ...more },
    });

  it('passes the checks that its form shows', async () => {
    const results: Record<string, string> = {};
    for (const check of hostChecks({ settings: engineSettings.parse({}), port: 2376 })) {
      results[check.id] = (await check.run(lab.ctx)).status;
    }
    expect(results).toMatchObject({ sudo: 'ok', os: 'warning', packages: 'ok', port: 'ok' });
  });

  it('waits for another dnf, and says which', async () => {
    const busy = lab.host.run('dnf -y install slow && dnf -y remove slow');
    await lab.host.run('for n in $(seq 600); do pgrep -x sleep >/dev/null && exit 0; sleep 0.05; done; exit 1');
    await lab.create({}, 'wait-packages');
    await busy;
    expect(lab.log.text()).toMatch(
      /Waiting: the package manager is used by "[^"]*dnf -y install slow" \(process \d+\)/,
    );
  });

  it.each([
    [
      'a version that nobody offers, with those that there are, the newest first',
      engineSettings.parse({ version: '19.03' }),
      new RegExp(`^Version 19.03 of docker is not on offer. Available: ${newer}, ${older}.$`),
    ],
    ["Docker's repository, which has nothing for it", { kind: 'docker-repository' }, /has no packages for the host/],
    ['packages that nobody signed', mirror(), /Package docker-.* is not signed/],
    [
      'a mirror that is not there',
      mirror({ url: 'file:///srv/nothing', unsigned: true }),
      /failed: Failed to download metadata for repo 'quaymaster-engine'/,
    ],
  ])('refuses %s', async (_, wanted, message) => {
    const settings = 'kind' in wanted ? engineSettings.parse({ source: wanted }) : wanted;
    await expect(lab.create({ settings }, 'install-engine')).rejects.toMatchObject({
      code: 'provision.engine-install-failed',
      public: expect.stringMatching(message) as string,
    });
    expect(await lab.host.run(packages)).toBe(packagesBefore);
  });

  it('becomes a machine with the wanted version and a gate, its own options kept', async () => {
    const settings = engineSettings.parse({ version: older, labels: ['zone=b'] });
    const admission = admit(lab, 1, { members: [alice] });
    const { results } = await lab.create({ settings, enforcement: 'gate', admission, hostName: 'harbour-1' });
    expect(results['detect-os']).toMatchObject({ provisioner: 'amazon-linux' });
    expect(results['install-engine']).toMatchObject({ changed: true, packageVersion: older });
    expect(results['start-gate'].haproxyVersion).toMatch(/^2\.6\./);
    expect(results['read-facts']).toMatchObject({ osId: 'amzn', hostName: 'harbour-1' });
    expect([await knock(lab, alice), await knock(lab, null)]).toEqual(['200', expect.stringMatching(/^refused/)]);
    expect(await lab.host.run('systemctl is-enabled docker.service; docker info -f "{{.Labels}}"')).toBe(
      'enabled\n[zone=b]\n',
    );
    await lab.runContainer('web');
    expect(await lab.host.run('docker exec web sh -c "ulimit -n"')).toBe('1024\n');
    expect((await lab.create({ settings, enforcement: 'gate', admission })).results['install-engine'].changed).toBe(
      false,
    );
  });

  it('gets the newest engine under its running containers', async () => {
    const containers = await lab.containers();
    const offered = await dnf.offeredEngine(lab.ctx, { environment: {}, isFresh: true });
    expect(offered).toEqual({ packageName: 'docker', installed: older, versions: [newer, older] });
    expect(await dnf.changeEngine(lab.ctx, { environment: {}, version: null })).toEqual({
      before: older,
      after: newer,
    });
    expect(await lab.containers()).toBe(containers);
    expect(await dnf.changeEngine(lab.ctx, { environment: {}, version: older })).toEqual({
      before: newer,
      after: older,
    });
    expect(await lab.containers()).toBe(containers);
    expect(await knock(lab, alice)).toBe('200');
  });

  it('comes up again after a reboot', async () => {
    await lab.reboot();
    await expect.poll(() => knock(lab, alice), { timeout: 30_000 }).toBe('200');
  });

  it('keeps what came later and needs the engine, and is as it was once that is gone', async () => {
    const options = { port: 2376, removeEngine: true, deleteData: true };
    await lab.host
      .run(`set -e; cd "$(mktemp -d)"; printf 'Name: later\nVersion: 1\nRelease: 1\nSummary: x\nLicense: x\nRequires: docker\n%%description\nx\n%%files\n' > later.spec
      rpmbuild -bb --quiet --define "_rpmdir $PWD" --define "_topdir $PWD" later.spec; rpm -i --force-debian */later-*.rpm`);
    await expect(restoreHost(lab.ctx, options)).rejects.toThrow(/these packages came later and need them: later-1-1/);
    await lab.host.run('rpm -e later');
    const result = await restoreHost(lab.ctx, options);
    expect(result).toMatchObject({ hadBackup: true, engine: 'removed' });
    expect(await lab.host.run(packages)).toBe(packagesBefore);
    expect(await lab.host.snapshot(watched)).toEqual(before);
    expect((await lab.host.exec('ls -A /var/lib/docker; pgrep -x dockerd; pgrep -x haproxy')).stdout).toBe('');
  });

  it('takes its engine from a mirror, which goes with it', async () => {
    const { results } = await lab.create({ settings: mirror({ unsigned: true }) });
    expect(results['install-engine'].packageVersion).toBe('20.10.24-2.mirror');
    await expect(engineVersion(lab.input.endpoint, AbortSignal.timeout(30_000))).resolves.toHaveProperty('Version');
    expect(await lab.host.run('cat /etc/yum.repos.d/quaymaster-engine.repo')).toContain(
      'baseurl=file:///srv/mirror/\n',
    );
    await restoreHost(lab.ctx, { port: 2376, removeEngine: true, deleteData: true });
    expect(await lab.host.run(packages)).toBe(packagesBefore);
    expect(await lab.host.snapshot(watched)).toEqual(before);
  });
});
