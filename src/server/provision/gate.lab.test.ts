import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import type { Snapshot } from '../../../e2e/lab/snapshot';
import { admit, announcedCas, fingerprintOf, holdEvents, knock } from './gate.test-support';
import { pushAdmission } from './gate/push-admission';
import { type Member, type ProvisionLab, startProvisionLab } from './lab.test-support';
import { restoreHost } from './steps/restore-host';

const watched = [
  '/etc/apt',
  '/etc/systemd',
  '/etc/docker',
  '/etc/quaymaster',
  '/var/lib/quaymaster',
  '/run/systemd/system',
];
const packages = "dpkg-query -W -f '${db:Status-Abbrev} ${binary:Package}\\n' | grep ^ii";

describe.each(['bookworm', 'trixie', 'bullseye'] as const)('a gate on %s', (release) => {
  let lab: ProvisionLab;
  let alice: Member;
  let bob: Member;
  let stranger: Member;
  let before: Snapshot;
  let packagesBefore: string;
  let containers: string;
  const gate = 'quaymaster-gate.service';

  beforeAll(async () => {
    lab = await startProvisionLab({ release, engine: 'present' });
    alice = await lab.team.member('alice');
    bob = await lab.team.member('bob');
    stranger = await lab.team.member('stranger');
    await lab.runContainer('web');
    before = await lab.host.snapshot(watched);
    packagesBefore = await lab.host.run(packages);
    containers = await lab.containers();
  });
  afterAll(() => lab?.stop());

  it('is set up before an engine that listens on its unix socket alone, the container untouched', async () => {
    const { results } = await lab.create({ enforcement: 'gate', admission: admit(lab, 1, { members: [alice, bob] }) });
    expect(results['start-engine'].containersLost).toEqual([]);
    expect(results['start-gate'].haproxyVersion).toMatch(/^(2\.2|2\.6|3\.0)\./);
    expect(await lab.containers()).toBe(containers);
    const listening = await lab.host.run(`ss -Hltnp 'sport = :2376'`);
    expect(listening).toContain('haproxy');
    expect(listening).not.toMatch(/dockerd|systemd/);
    expect(
      (await lab.host.exec('systemctl is-enabled haproxy.service; systemctl is-active haproxy.service')).stdout,
    ).toBe('disabled\ninactive\n');
    expect(await lab.host.run('stat -c "%a %U" /etc/quaymaster/gate/server.pem')).toBe('600 root\n');
  });

  it('lets in who is listed, and nobody else', async () => {
    expect(await knock(lab, alice)).toBe('200');
    expect(await knock(lab, bob)).toBe('200');
    expect(await knock(lab, null)).toMatch(/^refused/);
    expect(await knock(lab, stranger)).toMatch(/^refused/);
    // Of a CA that is trusted, and not listed.
    const known = { ...alice, ...(await lab.team.another(alice)) };
    expect(await knock(lab, known)).toMatch(/^refused/);
  });

  it('changes nothing in a second run of every step', async () => {
    const started = [await lab.invocation(), await lab.invocation(gate)];
    await lab.create({ enforcement: 'gate', admission: admit(lab, 1, { members: [alice, bob] }) });
    expect([await lab.invocation(), await lab.invocation(gate)]).toEqual(started);
  });

  it('ends what a removed certificate holds open, and leaves the others alone', async () => {
    const [removed, kept] = await Promise.all([holdEvents(lab, bob), holdEvents(lab, alice)]);
    onTestFinished(kept.stop);
    const result = await pushAdmission(lab.ctx, admit(lab, 2, { members: [alice] }));
    expect(result).toMatchObject({
      version: 2,
      applied: true,
      drifted: false,
      added: [],
      removed: [fingerprintOf(bob)],
      ended: { [fingerprintOf(bob)]: 1 },
    });
    expect(result.uses.find((use) => use.fingerprint === fingerprintOf(alice))).toMatchObject({ openConnections: 1 });
    await removed.ended;
    expect(await knock(lab, bob)).toMatch(/^refused/);
    await lab.host.run('docker pause web; docker unpause web');
    await expect.poll(() => kept.seen()).toContain('unpause');
    expect(kept.isOver()).toBe(false);
    console.info(release, 'push took', result.tookMs, 'ms on the host');
  });

  it('takes nothing from an older version, and repairs what drifted', async () => {
    expect(await pushAdmission(lab.ctx, admit(lab, 1, { members: [alice, bob] }))).toMatchObject({
      version: 2,
      applied: false,
      drifted: false,
    });
    expect(await knock(lab, bob)).toMatch(/^refused/);
    await lab.host.run(
      `echo "${fingerprintOf(bob)} s9" >> /etc/quaymaster/gate/admitted.map; systemctl restart ${gate}`,
    );
    const again = await pushAdmission(lab.ctx, admit(lab, 2, { members: [alice] }));
    expect(again).toMatchObject({ version: 2, applied: true, drifted: true });
    expect(await knock(lab, bob)).toMatch(/^refused/);
    expect(await pushAdmission(lab.ctx, admit(lab, 2, { members: [alice] }))).toMatchObject({ drifted: false });
  });

  it('takes a new member in, with another CA, without losing a stream', async () => {
    const kept = await holdEvents(lab, alice);
    onTestFinished(kept.stop);
    const result = await pushAdmission(lab.ctx, admit(lab, 3, { members: [alice, stranger] }));
    expect(result.added).toEqual([fingerprintOf(stranger)]);
    expect(await knock(lab, stranger)).toBe('200');
    // A docker client presents no certificate of a CA that is not among them.
    expect(await announcedCas(lab)).toBe(3);
    expect(kept.isOver()).toBe(false);
    // The stream may be held by a worker that a reload left behind: it is counted, and ended, there too.
    expect(result.uses.find((use) => use.fingerprint === fingerprintOf(alice))).toMatchObject({ openConnections: 1 });
    const last = await pushAdmission(lab.ctx, admit(lab, 4, { members: [stranger] }));
    expect(last.ended).toEqual({ [fingerprintOf(alice)]: 1 });
    expect(await announcedCas(lab)).toBe(2);
    await kept.ended;
    expect(await knock(lab, alice)).toMatch(/^refused/);
  });

  it('still refuses after it was restarted, and after the host was', async () => {
    await lab.host.run(`systemctl restart ${gate}`);
    expect([await knock(lab, alice), await knock(lab, stranger)]).toEqual([expect.stringMatching(/^refused/), '200']);
    await pushAdmission(lab.ctx, admit(lab, 5, { members: [stranger], lease: { policy: 'strict', seconds: 600 } }));
    await lab.host.run(`systemctl restart ${gate}`);
    expect(await knock(lab, stranger)).toBe('200');
    await lab.host.run('docker kill web');
    await lab.reboot();
    expect(await knock(lab, stranger)).toMatch(/^refused/);
    const back = await pushAdmission(
      lab.ctx,
      admit(lab, 5, { members: [stranger], lease: { policy: 'strict', seconds: 600 } }),
    );
    expect(back).toMatchObject({ version: 5, applied: true });
    expect(await knock(lab, stranger)).toBe('200');
    await pushAdmission(lab.ctx, admit(lab, 6, { members: [stranger], lease: { policy: 'strict', seconds: 1 } }));
    await expect.poll(() => knock(lab, stranger), { timeout: 5000 }).toMatch(/^refused/);
    await pushAdmission(lab.ctx, admit(lab, 7, { members: [stranger] }));
    await lab.reboot();
    expect([await knock(lab, alice), await knock(lab, stranger)]).toEqual([expect.stringMatching(/^refused/), '200']);
  });

  it('starts a gate that was stopped, and names what is wrong with one that cannot', async () => {
    await lab.host.run(`systemctl stop ${gate}`);
    await pushAdmission(lab.ctx, admit(lab, 8, { members: [alice] }));
    expect([await knock(lab, alice), await knock(lab, stranger)]).toEqual(['200', expect.stringMatching(/^refused/)]);
    await lab.host.run(
      `systemctl stop ${gate}; cp -a /etc/quaymaster/gate/haproxy.cfg /root; echo bogus >> /etc/quaymaster/gate/haproxy.cfg`,
    );
    await expect(pushAdmission(lab.ctx, admit(lab, 9))).rejects.toMatchObject({
      code: 'provision.gate-push-failed',
      public: expect.stringMatching(/does not run, and did not start: .*bogus/) as string,
    });
    await lab.host.run('mv /root/haproxy.cfg /etc/quaymaster/gate/');
    expect(await pushAdmission(lab.ctx, admit(lab, 9))).toMatchObject({ version: 9, applied: true });
    expect(await knock(lab, alice)).toMatch(/^refused/);
  });

  it('goes without a trace, the package included', async () => {
    await restoreHost(lab.ctx, { port: 2376, removeEngine: false, deleteData: false });
    expect(await lab.host.snapshot(watched)).toEqual(before);
    expect(await lab.host.run(packages)).toBe(packagesBefore);
    expect(
      (await lab.host.exec('ss -Hltn sport = :2376; ls -d /run/quaymaster*; getent passwd haproxy quaymaster-gate'))
        .stdout,
    ).toBe('');
  });
});
